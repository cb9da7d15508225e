using System.Diagnostics;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;

namespace MjAspire.JobService.Reconciling;

/// <summary>Asks each provider about all its silent jobs in one go.</summary>
internal sealed partial class ProviderReports(ImageProviders providers, ILogger<ProviderReports> logger)
{
    /// <summary>For one provider: the jobs of the others wait for it, and the claim is for half a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What the providers say, by job; a job is left out when its provider does not know it or cannot be asked.</summary>
    public async Task<IReadOnlyDictionary<Guid, ProviderReport>> AskAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var asked =
            from job in jobs
            where job is { Phase: JobPhase.Drawing, ProviderTaskId: not null }
            let provider = providers.Named(job.Provider!) as IReportingProvider
            where provider is not null
            group job by provider;
        var reports = await Task.WhenAll(asked.ToList().Select(group => AskAsync(group.Key, [.. group], cancellationToken)));
        return reports.SelectMany(found => found).ToDictionary(found => found.Job, found => found.Report);
    }

    private async Task<IReadOnlyList<(Guid Job, ProviderReport Report)>> AskAsync(
        IReportingProvider provider, IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            Activity.Current = null; // the question is about many pictures, so it belongs to no one's trace
            var found = await provider.FetchAllAsync(jobs, patience.Token);
            return [.. jobs.Where(job => found.ContainsKey(job.ProviderTaskId!)).Select(job => (job.Id, found[job.ProviderTaskId!]))];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it was, a JSON of another kind say: the other providers' jobs, and those that are not drawn, are looked after all the same.
            Log.NoAnswer(logger, provider.Name, jobs.Count, e);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Provider} could not be asked about {Jobs} jobs")]
        public static partial void NoAnswer(ILogger logger, string provider, int jobs, Exception exception);
    }
}
