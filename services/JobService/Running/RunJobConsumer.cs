using MassTransit;
using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Running;

/// <summary>
/// Takes a job to its provider. The intention is written first: a crash after it leaves a job that is "submitting", which the provider's
/// callback completes, or which the reconciler submits again once the grace period is over. A redelivered message finds that and does nothing.
/// </summary>
internal sealed partial class RunJobConsumer(
    JobStore store, JobTransitions transitions, SubmitAttempts attempts, DueJobs due, ImageProviders providers, ModelCatalogue catalogue,
    RestingAccounts resting, ImageInputs inputs, SubmitSpans spans, PictureKeeping keeping,
    Recording recording, CallbackUrls callbacks, JobMetrics metrics, TimeProvider time, ILogger<RunJobConsumer> logger)
    : IConsumer<RunJob>
{
    /// <summary>When the provider has as many of our tasks as it may.</summary>
    private static readonly TimeSpan SlotPause = TimeSpan.FromSeconds(1);

    public async Task Consume(ConsumeContext<RunJob> context)
    {
        var cancellationToken = context.CancellationToken;
        if (await store.FindAsync(context.Message.JobId, cancellationToken) is not { } pending)
        {
            Log.Unknown(logger, context.Message.JobId);
            return;
        }

        var parent = pending.ParentId is { } parentId ? await store.FindAsync(parentId, cancellationToken) : null;
        if (providers.For(parent ?? pending) is not { } provider)
        {
            await transitions.ApplyAsync(pending, new JobInput.Fail("E_PROVIDER_GONE", "The engine's account this job needs is not set up any more."), cancellationToken);
            return;
        }
        var begun = await transitions.ApplyAsync(pending, new JobInput.Submit(provider.Name), cancellationToken, async (unit, next) =>
            await ProviderSlots.TakeAsync(unit, provider) && await SubmitAttempts.OpenAsync(unit, next));
        if (begun is null)
            await due.AgainAsync(pending, time.GetUtcNow() + SlotPause, cancellationToken); // no place at the provider
        if (begun is not { Decision: JobDecision.Accepted, Job: var job })
            return;

        await FinishInAnyCaseAsync(job, FinishAsync(provider, job, parent, CancellationToken.None), cancellationToken);
    }

    /// <summary>
    /// It may have cost money by now. When the broker goes away the message is cancelled, and the bus waits for its consumers before it comes back:
    /// they leave, but the answer is still waited for and written down.
    /// </summary>
    private async Task FinishInAnyCaseAsync(Job job, Task finishing, CancellationToken cancellationToken)
    {
        try
        {
            await finishing.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!finishing.IsCompleted)
        {
            _ = ObserveAsync();
            throw;
        }

        async Task ObserveAsync()
        {
            try
            {
                await finishing;
            }
            catch (Exception e) // nobody else would hear of it; the reconciler looks after the job
            {
                Log.Unfinished(logger, job.Id, e);
            }
        }
    }

    private async Task FinishAsync(IImageProvider provider, Job job, Job? parent, CancellationToken cancellationToken)
    {
        var outcome = await SubmitAsync(provider, job, parent, cancellationToken);
        metrics.Submit(provider.Name, outcome?.GetType().Name ?? "Unknown");
        if (outcome is null)
            return;

        if (RestingAccounts.Reason(outcome) is { } reason && catalogue.Find(ImageRequest.Parse(job.InputData).Model) is { } model)
        {
            resting.Add(provider.Name, reason);
            if (parent is null && providers.HasAnother(model))
                outcome = new SubmitOutcome.Busy($"{provider.Name} does not take jobs now ({reason}); another account takes this one.", TimeSpan.Zero);
        }
        var meaning = await MeaningAsync(job, outcome, cancellationToken);
        await recording.InsistAsync(job.Id, async () =>
        {
            if (outcome is SubmitOutcome.Links links)
                await transitions.ApplyAsync(job.Id, new JobInput.Submitted(links.TaskId), cancellationToken);
            await transitions.ApplyAsync(job.Id, meaning, cancellationToken);
            await attempts.CloseAsync(job.Id, outcome.GetType().Name, cancellationToken);
            if (outcome is SubmitOutcome.Accepted { AskAtOnce: true })
                await due.HurryAsync(job.Id, cancellationToken);
        });
    }

    private async Task<JobInput> MeaningAsync(Job job, SubmitOutcome outcome, CancellationToken cancellationToken) => outcome switch
    {
        SubmitOutcome.Pictures pictures => await keeping.KeepAsync(job, pictures.Images, cancellationToken),
        SubmitOutcome.Links links => new JobInput.Drawn([.. links.Urls.Select(url => new ImageSource(url, ImageLayout.Whole))], Buttons: null),
        SubmitOutcome.Accepted accepted => new JobInput.Submitted(accepted.TaskId),
        SubmitOutcome.Busy busy => new JobInput.Postpone(
            time.GetUtcNow() + BusyPause.After(time.GetUtcNow() - job.StartedAt!.Value, busy.RetryAfter, Random.Shared.NextDouble()), busy.Reason),
        SubmitOutcome.Refused refused => new JobInput.Fail(refused.Code, refused.Reason),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };

    /// <summary>Null when nobody knows whether the provider has the job.</summary>
    private async Task<SubmitOutcome?> SubmitAsync(IImageProvider provider, Job job, Job? parent, CancellationToken cancellationToken)
    {
        try
        {
            var request = ImageRequest.Parse(job.InputData);
            var model = catalogue.Find(request.Model) ?? catalogue.Default;
            var images = await inputs.ReadAsync(job.OwnerId, request.Images, cancellationToken);
            return await spans.AroundAsync(model, request, () =>
                provider.SubmitAsync(new(job, request, model, parent, images, callbacks.For(job, provider.Name)), cancellationToken));
        }
        catch (ImageInputException e)
        {
            return new SubmitOutcome.Refused(e.Code, e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.Unsure(logger, job.Id, provider.Name, e);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Job {JobId} is to be run but does not exist; it has been deleted")]
        public static partial void Unknown(ILogger logger, Guid jobId);

        [LoggerMessage(2, LogLevel.Warning, "Job {JobId}: nobody knows whether {Provider} has it; its callback or the grace period will tell")]
        public static partial void Unsure(ILogger logger, Guid jobId, string provider, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "Job {JobId}: what became of its submit could not be written down")]
        public static partial void Unfinished(ILogger logger, Guid jobId, Exception exception);
    }
}

/// <summary>One call to the provider each; how many at once is the provider's to bear.</summary>
internal sealed class RunJobDefinition : ConsumerDefinition<RunJobConsumer>
{
    public RunJobDefinition() => ConcurrentMessageLimit = 32;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<RunJobConsumer> consumer, IRegistrationContext context) =>
        endpoint.UseStandardRetry();
}
