using System.Text.Json;
using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Storage;

/// <summary>A row of <c>jobs</c>, in the database's types.</summary>
internal sealed record JobRow
{
    /// <summary>Every column a job is read from, in one place; lists and reads share it.</summary>
    public const string Columns =
        """
        id, owner_id, kind, operation, status, phase, sequence, progress, step, total_steps, completed_steps, remaining, message, error_code,
        input_data, metadata, artifacts, result, answer, parent_id, batch_id, batch_index, retry_of,
        provider, provider_task_id, buttons, seed, sources, trace_parent, created_at, updated_at, started_at, finished_at, deadline_at, next_check_at
        """;

    public Guid Id { get; init; }
    public Guid OwnerId { get; init; }
    public string Kind { get; init; } = "";
    public string Operation { get; init; } = "";
    public string Status { get; init; } = "";
    public string Phase { get; init; } = "";
    public int Sequence { get; init; }
    public int Progress { get; init; }
    public string? Step { get; init; }
    public int? TotalSteps { get; init; }
    public int? CompletedSteps { get; init; }
    public string? Remaining { get; init; }
    public string? Message { get; init; }
    public string? ErrorCode { get; init; }
    public string InputData { get; init; } = "";
    public string Metadata { get; init; } = "";
    public string Artifacts { get; init; } = "";
    public string? Result { get; init; }
    public string? Answer { get; init; }
    public Guid? ParentId { get; init; }
    public Guid? BatchId { get; init; }
    public int? BatchIndex { get; init; }
    public Guid? RetryOf { get; init; }
    public string? Provider { get; init; }
    public string? ProviderTaskId { get; init; }
    public string? Buttons { get; init; }
    public long? Seed { get; init; }
    public string? Sources { get; init; }
    public string? TraceParent { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }
    public DateTimeOffset? NextCheckAt { get; init; }

    public static JobRow From(Job job) => new()
    {
        Id = job.Id,
        OwnerId = job.OwnerId,
        Kind = Words.Of(job.Kind),
        Operation = job.Operation,
        Status = Words.Of(job.Status),
        Phase = job.Phase.ToString(),
        Sequence = job.Sequence,
        Progress = job.Progress,
        Step = job.Step,
        TotalSteps = job.TotalSteps,
        CompletedSteps = job.CompletedSteps,
        Remaining = job.Remaining,
        Message = job.Message,
        ErrorCode = job.ErrorCode,
        InputData = job.InputData,
        Metadata = job.Metadata,
        Artifacts = JsonSerializer.Serialize(job.Artifacts),
        Result = job.Result,
        Answer = job.Answer,
        ParentId = job.ParentId,
        BatchId = job.BatchId,
        BatchIndex = job.BatchIndex,
        RetryOf = job.RetryOf,
        Provider = job.Provider,
        ProviderTaskId = job.ProviderTaskId,
        Buttons = job.Buttons,
        Seed = job.Seed,
        Sources = job.Sources.Count == 0 ? null : JsonSerializer.Serialize(job.Sources),
        TraceParent = job.TraceParent,
        CreatedAt = job.CreatedAt,
        UpdatedAt = job.UpdatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        DeadlineAt = job.DeadlineAt,
        NextCheckAt = job.NextCheckAt,
    };

    public Job ToJob() => new()
    {
        Id = Id,
        OwnerId = OwnerId,
        Kind = Words.Read<JobKind>(Kind),
        Operation = Operation,
        Status = Words.Read<JobStatus>(Status),
        Phase = Enum.Parse<JobPhase>(Phase),
        Sequence = Sequence,
        Progress = Progress,
        Step = Step,
        TotalSteps = TotalSteps,
        CompletedSteps = CompletedSteps,
        Remaining = Remaining,
        Message = Message,
        ErrorCode = ErrorCode,
        InputData = InputData,
        Metadata = Metadata,
        Artifacts = JsonSerializer.Deserialize<JobArtifact[]>(Artifacts)!,
        Result = Result,
        Answer = Answer,
        ParentId = ParentId,
        BatchId = BatchId,
        BatchIndex = BatchIndex,
        RetryOf = RetryOf,
        Provider = Provider,
        ProviderTaskId = ProviderTaskId,
        Buttons = Buttons,
        Seed = Seed,
        Sources = Sources is null ? [] : JsonSerializer.Deserialize<ImageSource[]>(Sources)!,
        TraceParent = TraceParent,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        DeadlineAt = DeadlineAt,
        NextCheckAt = NextCheckAt,
    };
}
