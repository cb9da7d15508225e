using MassTransit;
using MjAspire.Contracts.Webhooks;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Callbacks;

/// <summary>
/// A callback is a hint: unsigned, perhaps repeated, late, early or out of order. Progress is taken as it is; an end is only believed
/// after asking the provider. When the provider cannot be asked, the reconciler asks again soon.
/// </summary>
internal sealed partial class ProviderCallbackConsumer(
    JobStore store, DueJobs due, JobTransitions transitions, ImageProviders providers, JobMetrics metrics, ILogger<ProviderCallbackConsumer> logger)
    : IConsumer<ProviderCallbackReceived>
{
    /// <summary>
    /// A provider in a hurry reports of one job several times at once; one after the other they do not race for its row. Not the bus's own
    /// partitioner: when the broker goes away it cancels those who wait, and an endpoint that cannot hand their messages back to a closed channel
    /// has been seen not to come back. For the same reason nothing here is cancelled; every call has a timeout of its own.
    /// </summary>
    private static readonly SemaphoreSlim[] Lanes = [.. Enumerable.Range(0, ProviderCallbackDefinition.Lanes).Select(_ => new SemaphoreSlim(1))];

    public async Task Consume(ConsumeContext<ProviderCallbackReceived> context)
    {
        var callback = context.Message;
        var lane = Lanes[(uint)(callback.JobId ?? callback.CallbackId).GetHashCode() % (uint)Lanes.Length];
        await lane.WaitAsync(CancellationToken.None);
        try
        {
            metrics.Callback(await ApplyAsync(callback));
        }
        finally
        {
            lane.Release();
        }
    }

    private async Task<string> ApplyAsync(ProviderCallbackReceived callback)
    {
        var provider = providers.Named(callback.Provider) as IReportingProvider;
        if (callback.JobId is not { } jobId || await store.FindAsync(jobId, CancellationToken.None) is not { } job)
            return "unknown";
        if (provider?.ReadCallback(job, callback.Body) is not { } report)
        {
            Log.Meaningless(logger, callback.CallbackId, callback.Provider);
            return "meaningless";
        }
        if (job.IsFinal)
            return "late";
        if (job.ProviderTaskId is not null && job.ProviderTaskId != report.TaskId || report.JobId is not null && report.JobId != jobId)
        {
            Log.Stranger(logger, jobId, callback.CallbackId);
            return "rejected";
        }

        // It overtook the answer to the submit, or the one who submitted is dead: the capability says whose it is.
        if (job.ProviderTaskId is null && await transitions.ApplyAsync(job, new JobInput.Submitted(report.TaskId), CancellationToken.None) is { } submitted)
            job = submitted.Job;

        if (report.IsFinal)
        {
            try
            {
                report = await provider.FetchAsync(job, report.TaskId, CancellationToken.None);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Log.Unconfirmed(logger, jobId, e);
                await due.HurryAsync(jobId, CancellationToken.None);
                return "unconfirmed";
            }
        }
        if (report?.Input is not { } input)
            return "meaningless";

        var applied = await transitions.ApplyAsync(job, input, CancellationToken.None);
        return applied?.Decision switch
        {
            JobDecision.Accepted => "applied",
            JobDecision.AlreadyDone => "duplicate",
            _ => "rejected",
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Callback {CallbackId} of {Provider} makes no sense")]
        public static partial void Meaningless(ILogger logger, Guid callbackId, string provider);

        [LoggerMessage(2, LogLevel.Warning, "Job {JobId}: callback {CallbackId} speaks of another task")]
        public static partial void Stranger(ILogger logger, Guid jobId, Guid callbackId);

        [LoggerMessage(3, LogLevel.Warning, "Job {JobId}: the provider could not be asked to confirm the end")]
        public static partial void Unconfirmed(ILogger logger, Guid jobId, Exception exception);
    }
}

internal sealed class ProviderCallbackDefinition : ConsumerDefinition<ProviderCallbackConsumer>
{
    public const int Lanes = 32;

    public ProviderCallbackDefinition() => ConcurrentMessageLimit = Lanes;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<ProviderCallbackConsumer> consumer, IRegistrationContext context) =>
        endpoint.UseStandardRetry();
}
