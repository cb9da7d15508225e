using System.Text.Json;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Creating;

/// <summary>The first state of a job.</summary>
internal static class NewJob
{
    /// <summary>How long the outbox has to bring a new job to its consumer before the reconciler asks after it.</summary>
    public static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);

    public static Job From(CreateJobRequest request, Guid owner, DateTimeOffset now, string? traceParent)
    {
        var image = request.Kind == JobKind.Image ? ImageRequest.Parse(Text(request.InputData)) : null;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            OwnerId = owner,
            Kind = request.Kind,
            Operation = request.Operation ?? (request.Kind == JobKind.Image ? "imagine" : "external"),
            Status = JobStatus.Pending,
            Phase = JobPhase.Queued,
            Sequence = 1,
            InputData = Text(request.InputData),
            ParentId = image?.ParentJobId,
            Seed = image?.Seed,
            Metadata = Text(request.Metadata),
            TraceParent = traceParent,
            CreatedAt = now,
            UpdatedAt = now,
            NextCheckAt = request.Kind == JobKind.Image ? now + StartPatience : null,
            Step = "initialization",
            Message = "Job created",
        };
    }

    /// <summary>The same once more.</summary>
    public static Job Again(Job failed, DateTimeOffset now, string? traceParent) => new()
    {
        Id = Guid.CreateVersion7(now),
        OwnerId = failed.OwnerId,
        Kind = failed.Kind,
        Operation = failed.Operation,
        Status = JobStatus.Pending,
        Phase = JobPhase.Queued,
        Sequence = 1,
        InputData = failed.InputData,
        Metadata = failed.Metadata,
        ParentId = failed.ParentId,
        Seed = failed.Seed,
        RetryOf = failed.Id,
        TraceParent = traceParent,
        CreatedAt = now,
        UpdatedAt = now,
        NextCheckAt = failed.Kind == JobKind.Image ? now + StartPatience : null,
        Step = "initialization",
        Message = "Job created",
    };

    /// <summary>The JSON text of an object; an absent one is empty.</summary>
    public static string Text(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? "{}" : element.GetRawText();
}
