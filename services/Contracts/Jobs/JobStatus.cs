using System.Text.Json.Serialization;

namespace MjAspire.Contracts.Jobs;

/// <summary>Where a job is in its life. <c>Done</c>, <c>Failed</c> and <c>Cancelled</c> are final. Written in upper case on every wire.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobStatus>))]
public enum JobStatus
{
    /// <summary>Accepted and durable; nobody works on it yet.</summary>
    [JsonStringEnumMemberName("PENDING")] Pending,

    /// <summary>A provider or an external worker has it, or its picture is being stored.</summary>
    [JsonStringEnumMemberName("RUNNING")] Running,

    /// <summary>It waits for an answer: a mask, a prompt, or a worker's own question.</summary>
    [JsonStringEnumMemberName("NEEDS_INPUT")] NeedsInput,

    /// <summary>Finished, and its pictures can be had.</summary>
    [JsonStringEnumMemberName("DONE")] Done,

    /// <summary>Finished without a result; the error code and message say why.</summary>
    [JsonStringEnumMemberName("FAILED")] Failed,

    /// <summary>Stopped by its owner.</summary>
    [JsonStringEnumMemberName("CANCELLED")] Cancelled,
}
