using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.McpGateway.Tools;

namespace MjAspire.McpGateway.Rest;

/// <summary><c>GET /jobs/{job_id}</c>: a job in the words of the tools.</summary>
internal static class JobRoutes
{
    public static void MapJobs(this IEndpointRouteBuilder app) =>
        app.MapGet("/jobs/{job_id:guid}", GetAsync).RequireScope(Scopes.Read, Scopes.Generate).LimitAs(RouteClass.Poll)
            .AddEndpointFilter<Refusals>()
            .Describe("How far a job is, and its pictures", "E_JOB_NOT_FOUND", "E_NETWORK_ERROR", "E_TIMEOUT");

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> GetAsync(
        Guid job_id, ClaimsPrincipal caller, JobsClient jobs, TimeProvider time, HttpContext context, CancellationToken cancellationToken)
    {
        var view = JobView.Of(await jobs.GetAsync(caller.OwnerId(), job_id, cancellationToken), time.GetUtcNow());
        if (view.NextPollSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(view);
    }
}

/// <summary>A job.</summary>
/// <param name="Status">completed, failed and cancelled are final; needs_input waits for POST /api/jobs/{id}/answer.</param>
/// <param name="Progress">Percent, 0 to 100.</param>
/// <param name="Images">Once it is completed: first the whole 2x2 grid (no index), then its four parts (index 1 to 4).</param>
/// <param name="Texts">What came in words: descriptions, shorter prompts.</param>
/// <param name="FollowUps">What may be done with the finished picture: 'upscale 2', 'variation 1' ...</param>
/// <param name="NextPollSeconds">Seconds to wait before asking again, also in Retry-After; null once nothing more will happen.</param>
internal sealed record JobView(
    Guid JobId, JobKind Kind, string Operation, JobState Status, int Progress, string? Step, string? Message, string? Prompt,
    IReadOnlyList<ReportedImage> Images, IReadOnlyList<string>? Texts, IReadOnlyList<string>? FollowUps, ToolError? Error,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int? NextPollSeconds)
{
    public static JobView Of(Job job, DateTimeOffset now)
    {
        var report = JobReporting.Report(job, now);
        return new(
            job.JobId, job.Kind, job.Operation, report.Status, report.Progress, report.Step, job.Progress?.Message, job.Input("prompt"),
            report.Images, report.Texts, report.FollowUps, report.Error, job.CreatedAt, job.UpdatedAt, report.NextPollSeconds);
    }
}
