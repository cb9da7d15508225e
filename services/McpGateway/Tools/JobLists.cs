using System.ComponentModel;
using System.Globalization;
using System.Text;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Jobs;

namespace MjAspire.McpGateway.Tools;

/// <summary>Structured content of <c>list_jobs</c>.</summary>
internal sealed record JobList(
    [property: Description("Newest first.")] IReadOnlyList<ListedJob> Jobs,
    [property: Description("Give it as cursor to get the next page; absent on the last.")] Guid? NextCursor);

internal sealed record ListedJob
{
    public required Guid JobId { get; init; }
    public required string Operation { get; init; }
    public required JobState Status { get; init; }

    [Description("Percent, 0 to 100.")]
    public required int Progress { get; init; }

    public string? Prompt { get; init; }
    public string? Model { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    [Description("Why it failed.")]
    public ToolError? Error { get; init; }
}

/// <summary>Structured content of <c>list_generations</c> and <c>search_generations</c>.</summary>
internal sealed record GenerationList(
    [property: Description("Newest first.")] IReadOnlyList<Generation> Generations,
    [property: Description("Give it as cursor to get the next page; absent on the last.")] Guid? NextCursor);

internal sealed record Generation
{
    public required Guid JobId { get; init; }
    public required string Operation { get; init; }
    public string? Prompt { get; init; }
    public string? Model { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("First the whole 2x2 grid, then its four parts.")]
    public required IReadOnlyList<ReportedImage> Images { get; init; }
}

/// <summary>Pages of jobs as the tools show them: structure, and one line each for clients that show text alone.</summary>
internal static class JobLists
{
    public static JobList Jobs(JobPage page) => new([.. page.Jobs.Select(Listed)], page.NextCursor);

    public static GenerationList Generations(JobPage page) => new([.. page.Jobs.Select(Made)], page.NextCursor);

    public static string Text(JobList list) => Text(
        list.Jobs.Select(job => $"{job.JobId} {ToolAnswers.Word(job.Status)} {job.Operation}: {Short(job.Prompt)}"), list.NextCursor);

    public static string Text(GenerationList list) => Text(
        list.Generations.Select(made => $"{made.JobId} {made.Operation}: {Short(made.Prompt)} {made.Images.Select(image => image.Url).FirstOrDefault()}"),
        list.NextCursor);

    private static string Text(IEnumerable<string> lines, Guid? next)
    {
        var text = new StringBuilder().AppendJoin('\n', lines);
        if (text.Length == 0)
            text.Append("There are none.");
        if (next is not null)
            text.Append(CultureInfo.InvariantCulture, $"\nThere are more: call again with cursor {next}.");
        return text.ToString();
    }

    private static string Short(string? prompt) => prompt is null ? "" : prompt.Length <= 80 ? prompt : prompt[..79] + "…";

    private static ListedJob Listed(Job job) => new()
    {
        JobId = job.JobId,
        Operation = job.Operation,
        Status = JobReporting.StateOf(job.Status),
        Progress = job.Status is JobStatus.Done ? 100 : (int)Math.Clamp(job.Progress?.Percentage ?? 0, 0, 100),
        Prompt = job.Input("prompt"),
        Model = job.Input("model"),
        CreatedAt = job.CreatedAt,
        UpdatedAt = job.UpdatedAt,
        Error = job.Error is { } error ? new(error.Code, error.Message ?? "No reason was given.") : null,
    };

    private static Generation Made(Job job) => new()
    {
        JobId = job.JobId,
        Operation = job.Operation,
        Prompt = job.Input("prompt"),
        Model = job.Input("model"),
        CreatedAt = job.CreatedAt,
        Images = JobReporting.Images(job),
    };
}
