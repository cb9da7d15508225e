using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Tools;
using MjAspire.McpGateway.Upstream;
using ModelContextProtocol;

namespace MjAspire.McpGateway.Resources;

/// <summary>What the two eras' ways of subscribing share.</summary>
internal sealed class SubscribedJobs(JobsClient jobs, JobNews news)
{
    /// <summary>Jobs one stream or session may be told of.</summary>
    public const int MostEach = 100;

    /// <exception cref="McpProtocolException">Too many listen.</exception>
    public JobNews.Listener Listen(Guid owner, IEnumerable<Guid> topics) => news.Listen(owner, topics, MostEach)
        ?? throw new McpProtocolException("E_BUSY: Too many listen at the moment. Use get_job_status, or try again later.", McpErrorCode.InternalError);

    public async Task<bool> ExistsAsync(Guid owner, string uri, CancellationToken cancellationToken) => JobOf(uri) is { } job
        ? await FindAsync(owner, job, cancellationToken) is not null
        : uri.StartsWith(ToolNames.ImageScheme, StringComparison.Ordinal);

    /// <returns>Null when it is unknown, or another owner's.</returns>
    public async Task<Job?> FindAsync(Guid owner, Guid job, CancellationToken cancellationToken)
    {
        try
        {
            return await jobs.GetAsync(owner, job, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == "E_JOB_NOT_FOUND")
        {
            return null;
        }
    }

    public static Guid? JobOf(string uri) =>
        uri.StartsWith(ToolNames.JobScheme, StringComparison.Ordinal) && Guid.TryParse(uri.AsSpan(ToolNames.JobScheme.Length), out var id) ? id : null;
}
