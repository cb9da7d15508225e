using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Tools;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tasks;

/// <summary>A job as a task; the result of <c>tools/call</c> with <c>resultType</c> task.</summary>
internal sealed class TaskCreated : Result
{
    private const int UsualPoll = 2_000;

    [JsonPropertyName("taskId")]
    public required string TaskId { get; init; }

    /// <summary>working, input_required, completed, failed or cancelled.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("statusMessage")]
    public required string StatusMessage { get; init; }

    [JsonPropertyName("createdAt")]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonPropertyName("lastUpdatedAt")]
    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>Null: a job is kept for as long as the retention says, which is days.</summary>
    [JsonPropertyName("ttlMs")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? TtlMs => null;

    [JsonPropertyName("pollIntervalMs")]
    public required int PollIntervalMs { get; init; }

    public static TaskCreated Of(Job job, JobReport report) => new()
    {
        ResultType = "task",
        TaskId = job.JobId.ToString(),
        Status = report.Status switch
        {
            JobState.Pending or JobState.Processing => "working",
            JobState.NeedsInput => "input_required",
            JobState.Cancelled => "cancelled",
            _ => "completed",
        },
        StatusMessage = report.Message,
        CreatedAt = job.CreatedAt,
        LastUpdatedAt = job.UpdatedAt,
        PollIntervalMs = report.NextPollSeconds * 1_000 ?? UsualPoll,
    };

    /// <summary>Without its type of result.</summary>
    public JsonObject ToJson()
    {
        ResultType = null;
        return JsonSerializer.SerializeToNode(this, TaskJson.Default.TaskCreated)!.AsObject();
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskCreated))]
internal sealed partial class TaskJson : JsonSerializerContext;
