using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Creating;

namespace MjAspire.JobService.Batching;

/// <summary>The body of <c>POST /api/batches</c>: a job per prompt, or <c>count</c> jobs that are alike.</summary>
/// <param name="Prompts">A picture each; each takes the place of <c>input_data.prompt</c>.</param>
/// <param name="Prompt">With <paramref name="Count"/>: short for <c>input_data.prompt</c>.</param>
/// <param name="Count">How many of the same; a seed is counted up, so that they differ.</param>
/// <param name="Operation">As for a job, <c>imagine</c> when not said.</param>
/// <param name="InputData">As for a job, for each of them.</param>
/// <param name="Metadata">As for a job, for each of them.</param>
internal sealed record BatchRequest(
    IReadOnlyList<string?>? Prompts = null, string? Prompt = null, int? Count = null, string? Operation = null,
    JsonElement InputData = default, JsonElement Metadata = default)
{
    /// <summary>Each job's input is a copy; so many characters of them all is the most.</summary>
    private const int MostInput = 4 << 20;

    public int Size => Prompts?.Count ?? Count ?? 0;

    /// <summary>What is wrong with the group as such, if anything: status, code and a sentence.</summary>
    public (int Status, string Code, string Detail)? Problem(int limit) => this switch
    {
        { InputData.ValueKind: not (JsonValueKind.Object or JsonValueKind.Undefined) } => (400, "E_SERIALIZATION_ERROR", "input_data must be a JSON object."),
        { Prompts: null, Count: null } => (400, "E_BATCH", "Say prompts, one for each picture, or a count."),
        { Prompts: not null, Count: not null } or { Prompts: not null, Prompt: not null } =>
            (400, "E_BATCH", "Say either prompts, or a count with one prompt."),
        _ when Size < 1 || Size > limit => (400, "E_BATCH_LIMIT", $"A batch has 1 to {limit} jobs; this one has {Size}."),
        { InputData.ValueKind: JsonValueKind.Object } when (long)InputData.GetRawText().Length * Size > MostInput =>
            (413, "E_TOO_LARGE", "The input of all the jobs together is too large."),
        _ => null,
    };

    /// <summary>What each job would be asked for by itself.</summary>
    public IEnumerable<CreateJobRequest> Jobs() => Enumerable.Range(0, Size).Select(index =>
        new CreateJobRequest(JobKind.Image, Operation, Input(index), Metadata));

    private JsonElement Input(int index)
    {
        var input = InputData.ValueKind == JsonValueKind.Object ? JsonObject.Create(InputData)! : [];
        if ((Prompts is null ? Prompt : Prompts[index] ?? "") is { } prompt)
            input["prompt"] = prompt;
        if (Prompts is null && input["seed"] is JsonValue seed && seed.TryGetValue<long>(out var first))
            input["seed"] = (first + index) % (1L << 32);
        return JsonSerializer.SerializeToElement(input);
    }
}

/// <summary>Section <c>Batches</c>.</summary>
internal sealed class BatchOptions
{
    /// <summary>Most jobs in one.</summary>
    [Range(1, 500)]
    public int Limit { get; set; } = 50;
}
