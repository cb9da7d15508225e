using System.Text.Json.Serialization;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Querying;

namespace MjAspire.JobService.Batching;

/// <summary>A group of jobs that were asked for together. What it is follows from what they are.</summary>
/// <param name="Jobs">How many it was made of; old ones may be gone.</param>
internal sealed record Batch(Guid Id, Guid OwnerId, int Jobs, DateTimeOffset CreatedAt);

/// <summary>What its jobs have come to, together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchStatus>))]
internal enum BatchStatus
{
    /// <summary>None has begun.</summary>
    [JsonStringEnumMemberName("PENDING")] Pending,

    /// <summary>Some are still to come.</summary>
    [JsonStringEnumMemberName("RUNNING")] Running,

    /// <summary>Nothing goes on before somebody answers.</summary>
    [JsonStringEnumMemberName("NEEDS_INPUT")] NeedsInput,

    /// <summary>All are done.</summary>
    [JsonStringEnumMemberName("DONE")] Done,

    /// <summary>All have ended; some are done, others failed or were cancelled.</summary>
    [JsonStringEnumMemberName("PARTIAL")] Partial,

    /// <summary>All have ended, none is done, and not because all were cancelled.</summary>
    [JsonStringEnumMemberName("FAILED")] Failed,

    /// <summary>All were cancelled.</summary>
    [JsonStringEnumMemberName("CANCELLED")] Cancelled,
}

/// <summary>A batch on the wire.</summary>
/// <param name="Size">How many jobs it was made of.</param>
/// <param name="Counts">Jobs by status, every status named.</param>
/// <param name="Percentage">The mean of its jobs'; one that has ended counts in full.</param>
/// <param name="Jobs">In the order they were asked for.</param>
internal sealed record BatchResource(
    Guid BatchId, BatchStatus Status, DateTimeOffset CreatedAt, int Size, IReadOnlyDictionary<string, int> Counts, double Percentage,
    IReadOnlyList<JobResource> Jobs)
{
    public static BatchResource From(Batch batch, IReadOnlyList<Job> jobs, ImageLinks links) => new(
        batch.Id, StatusOf([.. jobs.Select(job => job.Status)]), batch.CreatedAt, batch.Jobs,
        Enum.GetValues<JobStatus>().ToDictionary(Storage.Words.Of, status => jobs.Count(job => job.Status == status), StringComparer.Ordinal),
        jobs.Count == 0 ? 100 : Math.Round(jobs.Average(job => job.IsFinal ? 100 : job.Progress), 1),
        [.. jobs.Select(job => JobResource.From(job, links))]);

    /// <summary>Pure.</summary>
    public static BatchStatus StatusOf(IReadOnlyCollection<JobStatus> jobs)
    {
        bool Any(JobStatus status) => jobs.Contains(status);
        bool All(JobStatus status) => jobs.All(job => job == status);

        if (Any(JobStatus.Pending) || Any(JobStatus.Running))
            return All(JobStatus.Pending) ? BatchStatus.Pending : BatchStatus.Running;
        if (Any(JobStatus.NeedsInput))
            return BatchStatus.NeedsInput;
        if (Any(JobStatus.Done))
            return All(JobStatus.Done) ? BatchStatus.Done : BatchStatus.Partial;
        return All(JobStatus.Cancelled) && jobs.Count > 0 ? BatchStatus.Cancelled : BatchStatus.Failed;
    }
}
