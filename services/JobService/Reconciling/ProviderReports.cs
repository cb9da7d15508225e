using System.Diagnostics;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;

namespace MjAspire.JobService.Reconciling;

/// <summary>Asks each provider about all its silent jobs in one go.</summary>
internal sealed partial class ProviderReports(ImageProviders providers, ILogger<ProviderReports> logger)
{
    /// <summary>What the providers say, by job; a job is left out when its provider does not know it or cannot be asked.</summary>
    public async Task<IReadOnlyDictionary<Guid, ProviderReport>> AskAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var reports = new Dictionary<Guid, ProviderReport>();
        var asked =
            from job in jobs
            where job is { Phase: JobPhase.Drawing, ProviderTaskId: not null }
            let provider = providers.For(job) as IReportingProvider
            where provider is not null
            group job by provider;
        foreach (var group in asked)
        {
            try
            {
                Activity.Current = null; // the question is about many pictures, so it belongs to no one's trace
                var found = await group.Key.FetchAllAsync([.. group], cancellationToken);
                foreach (var job in group)
                {
                    if (found.TryGetValue(job.ProviderTaskId!, out var report))
                        reports.Add(job.Id, report);
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                Log.NoAnswer(logger, group.Key.Name, group.Count(), e);
            }
        }
        return reports;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Provider} could not be asked about {Jobs} jobs")]
        public static partial void NoAnswer(ILogger logger, string provider, int jobs, Exception exception);
    }
}
