using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Reporting;

/// <summary>The body of <c>POST /api/jobs/{id}/status</c>.</summary>
internal sealed record StatusReport(string? Status, ProgressReport? Progress, string? Message);

/// <summary><c>POST /api/jobs/{id}/status</c>: an external worker says how its job stands.</summary>
internal static class UpdateStatus
{
    public const int LongestMessage = 4_000;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/jobs/{id}/status", HandleAsync);

    private static async Task<Results<Ok<ChangedJob>, ProblemHttpResult>> HandleAsync(
        string id, StatusReport report, Caller caller, OwnedJobs jobs, CancellationToken cancellationToken)
    {
        if (!Words.TryRead<JobStatus>(report.Status, out var status) || status == JobStatus.Pending)
            return Problems.Of(400, "E_INVALID_STATUS", "status must be RUNNING, NEEDS_INPUT, DONE, FAILED or CANCELLED.");
        if (report.Message?.Length > LongestMessage)
            return Problems.Of(400, "E_SERIALIZATION_ERROR", $"message has more than {LongestMessage:N0} characters.");
        if (report.Progress?.Problem() is { } problem)
            return Problems.Of(400, "E_SERIALIZATION_ERROR", problem);
        if (await jobs.FindAsync(id, caller, cancellationToken) is { Kind: JobKind.Image } && status != JobStatus.Cancelled)
            return Problems.Of(409, "E_INVALID_STATUS", "A provider runs this job and reports on it; only external jobs are reported on here.");

        return await jobs.ApplyAsync(id, caller, job => Meaning(job, status, report), cancellationToken);
    }

    private static JobInput Meaning(Job job, JobStatus status, StatusReport report) => status switch
    {
        JobStatus.NeedsInput => new JobInput.AskForInput(report.Message ?? "Input is needed."),
        JobStatus.Done => new JobInput.Complete(job.Artifacts, report.Message, job.Result),
        JobStatus.Failed => new JobInput.Fail("E_JOB_FAILED", report.Message ?? "The worker failed without saying why."),
        JobStatus.Cancelled => new JobInput.Cancel(),
        _ => new JobInput.Advance((int)Math.Round(report.Progress?.Percentage ?? job.Progress), report.Progress?.CurrentStep, report.Message)
        {
            TotalSteps = report.Progress?.TotalSteps,
            CompletedSteps = report.Progress?.CompletedSteps,
            Remaining = report.Progress?.EstimatedRemaining,
        },
    };
}
