using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MjAspire.McpGateway.Rest.Documenting;

// What JobService reads and writes under /api/batches, for the API document.

/// <summary>The body of <c>POST /api/batches</c>.</summary>
internal sealed record BatchCreation
{
    [Description("A picture each; or instead a count.")]
    public IReadOnlyList<string>? Prompts { get; init; }

    [Description("With count: short for input_data.prompt.")]
    public string? Prompt { get; init; }

    [Description("So many of the same; a seed is counted up, so that they differ.")]
    public int? Count { get; init; }

    [Description("As for a job, imagine when left out.")]
    public string? Operation { get; init; }

    [Description("As for a job, for each of them.")]
    public JsonObject? InputData { get; init; }

    [Description("As for a job, for each of them.")]
    public JsonObject? Metadata { get; init; }
}

internal sealed record BatchMade(Guid BatchId, BatchStanding Status, DateTimeOffset CreatedAt, int Size, string Message, IReadOnlyList<JobMade> Jobs);

internal sealed record BatchDocument(BatchBody Batch);

internal sealed record BatchBody(
    Guid BatchId, BatchStanding Status, DateTimeOffset CreatedAt,
    [property: Description("How many jobs it was made of.")] int Size,
    [property: Description("Jobs by status, every status named.")] IReadOnlyDictionary<string, int> Counts,
    [property: Description("0 to 100; a job that has ended counts in full.")] double Percentage,
    IReadOnlyList<JobBody> Jobs);

[JsonConverter(typeof(JsonStringEnumConverter<BatchStanding>))]
internal enum BatchStanding
{
    [JsonStringEnumMemberName("PENDING")] Pending,
    [JsonStringEnumMemberName("RUNNING")] Running,
    [JsonStringEnumMemberName("NEEDS_INPUT")] NeedsInput,
    [JsonStringEnumMemberName("DONE")] Done,
    [JsonStringEnumMemberName("PARTIAL")] Partial,
    [JsonStringEnumMemberName("FAILED")] Failed,
    [JsonStringEnumMemberName("CANCELLED")] Cancelled,
}
