using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Reporting;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Completing;

/// <summary>The body of <c>POST /api/jobs/{id}/complete</c>.</summary>
/// <param name="FinalStatus">DONE, FAILED or CANCELLED.</param>
/// <param name="Summary">Any JSON object; becomes the job's <c>result</c>.</param>
internal sealed record CompletionReport(
    string? FinalStatus, JsonElement? Summary, IReadOnlyList<ArtifactReport>? FinalArtifacts, string? CompletionMessage);

/// <summary>Something an external worker made and keeps itself.</summary>
/// <param name="Size">Bytes.</param>
internal sealed record ArtifactReport(string? Name, string? Path, string? Type, long? Size, string? Description, string? DownloadUrl)
{
    private const int Longest = 2_048;

    public bool IsValid => Name is { Length: > 0 and <= Longest } && Path is { Length: > 0 and <= Longest } && Type is null or { Length: <= 255 }
        && Size is null or >= 0 && Description is null or { Length: <= Longest } && IsLink(DownloadUrl);

    public JobArtifact ToArtifact() => new(Name!, Path!, Type ?? "application/octet-stream", Size) { Description = Description, DownloadUrl = DownloadUrl };

    private static bool IsLink(string? text) =>
        text is null || text.Length <= Longest && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}

/// <summary><c>POST /api/jobs/{id}/complete</c>: an external worker hands in its result.</summary>
internal static class CompleteJob
{
    private const int MostArtifacts = 100;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/jobs/{id}/complete", HandleAsync);

    private static async Task<Results<Ok<ChangedJob>, ProblemHttpResult>> HandleAsync(
        string id, CompletionReport report, Caller caller, OwnedJobs jobs, CancellationToken cancellationToken)
    {
        if (!Words.TryRead<JobStatus>(report.FinalStatus, out var status) || status is not (JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled))
            return Problems.Of(400, "E_INVALID_STATUS", "final_status must be DONE, FAILED or CANCELLED.");
        if (report.FinalArtifacts?.Count > MostArtifacts || report.FinalArtifacts?.All(artifact => artifact is { IsValid: true }) == false)
            return Problems.Of(400, "E_SERIALIZATION_ERROR", $"final_artifacts holds at most {MostArtifacts} artifacts, each with a name and a path.");
        if (report.CompletionMessage?.Length > UpdateStatus.LongestMessage)
            return Problems.Of(400, "E_SERIALIZATION_ERROR", $"completion_message has more than {UpdateStatus.LongestMessage:N0} characters.");
        if (await jobs.FindAsync(id, caller, cancellationToken) is { Kind: JobKind.Image } && status != JobStatus.Cancelled)
            return Problems.Of(409, "E_INVALID_STATUS", "A provider runs this job and completes it; only external jobs are completed here.");

        return await jobs.ApplyAsync(id, caller, _ => Meaning(status, report), cancellationToken);
    }

    private static JobInput Meaning(JobStatus status, CompletionReport report) => status switch
    {
        JobStatus.Done => new JobInput.Complete(
            [.. (report.FinalArtifacts ?? []).Select(artifact => artifact.ToArtifact())], report.CompletionMessage,
            report.Summary is { ValueKind: JsonValueKind.Object } summary ? summary.GetRawText() : null),
        JobStatus.Cancelled => new JobInput.Cancel(),
        _ => new JobInput.Fail("E_JOB_FAILED", report.CompletionMessage ?? "The worker failed without saying why."),
    };
}
