using System.Text.Json;
using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Jobs;

/// <summary>Asks JobService for jobs of several owners at once; <see cref="JobReads"/> gathers them.</summary>
internal sealed class JobReader(HttpClient http, Calls calls)
{
    /// <summary>As many as JobService answers at once.</summary>
    public const int Most = 100;

    /// <summary>
    /// <code>
    /// POST /api/jobs/read
    /// {"jobs":[{"owner_id":"...","job_id":"..."}, ...]}
    ///
    /// {"jobs":[{"job_id":"...", ...}, null, ...]}      as asked; null: unknown, or another owner's
    /// </code>
    /// </summary>
    /// <exception cref="RefusedException">For none of them there is an answer.</exception>
    public async Task<IReadOnlyList<Job?>> ReadAsync(IReadOnlyList<(Guid Owner, Guid JobId)> reads)
    {
        if (reads is [var (owner, jobId)])
            return [await ReadOneAsync(owner, jobId)];

        using var request = Calls.Message(HttpMethod.Post, "/api/jobs/read", owner: null, new Wanted([.. reads.Select(read => new WantedJob(read.Owner, read.JobId))]));
        return await calls.SendAsync(
            http, request,
            async response => await response.Content.ReadFromJsonAsync<Answer>(Calls.Wire) is { Jobs: var jobs } && jobs.Count == reads.Count
                ? jobs
                : throw new JsonException("The answer has not as many jobs as were asked for."),
            CancellationToken.None);
    }

    private async Task<Job?> ReadOneAsync(Guid owner, Guid jobId)
    {
        try
        {
            using var request = Calls.Message(HttpMethod.Get, $"/api/jobs/{jobId}", owner);
            return (await calls.SendAsync<JobEnvelope>(http, request, CancellationToken.None)).Job;
        }
        catch (RefusedException e) when (e.Code == "E_JOB_NOT_FOUND")
        {
            return null;
        }
    }

    private sealed record WantedJob(Guid OwnerId, Guid JobId);

    private sealed record Wanted(IReadOnlyList<WantedJob> Jobs);

    private sealed record Answer(IReadOnlyList<Job?> Jobs);
}
