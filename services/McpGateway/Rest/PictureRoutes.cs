using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MjAspire.McpGateway.Configuring;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.McpGateway.Tools;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Rest;

/// <summary><c>POST /imagine</c>, <c>/upscale</c>, <c>/variation</c>: a picture in one request, a job id in the answer.</summary>
internal static class PictureRoutes
{
    private const int FirstPoll = 2;

    private static readonly string[] Making =
        ["E_SERIALIZATION_ERROR", "E_UNKNOWN_MODEL", "E_UNKNOWN_ARGUMENT", "E_IDEMPOTENCY_KEY", "E_IDEMPOTENCY_CONFLICT", "E_TOO_LARGE", "E_NETWORK_ERROR", "E_TIMEOUT"];
    private static readonly string[] Following = ["E_PARENT_MISSING", "E_JOB_NOT_FOUND", "E_IMAGE_NOT_FOUND", "E_NOT_ALLOWED", "E_INVALID_STATUS"];

    public static void MapPictures(this IEndpointRouteBuilder app)
    {
        var pictures = app.MapGroup("")
            .RequireScope(Scopes.Generate).LimitAs(RouteClass.Generate)
            .WithMetadata(new RequestSizeLimitAttribute(RestRoutes.MaxBody)).AddEndpointFilter<Refusals>();
        pictures.MapPost("/imagine", ImagineAsync).LimitByPictures()
            .Describe("Makes a picture of words", [.. Making, "E_PROMPT_EMPTY", "E_PROMPT_TOO_LONG", "E_ASPECT_RATIO", "E_UNKNOWN_VERSION", "E_IMAGES", "E_BATCH_LIMIT"]);
        pictures.MapPost("/upscale", UpscaleAsync).Describe("Makes a picture larger", [.. Making, .. Following]);
        pictures.MapPost("/variation", VaryAsync).Describe("Makes variations of a picture", [.. Making, .. Following]);
    }

    private static async Task<Results<Accepted<StartedJob>, ProblemHttpResult>> ImagineAsync(
        ImagineRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, ClaimsPrincipal caller,
        JobsClient jobs, SettingsTable settings, RuntimeSettings runtime, CancellationToken cancellationToken)
    {
        if (request.Version is { } asked && !ModelVersions.All.Contains(asked, StringComparer.Ordinal))
            return Problems.Of(400, "E_UNKNOWN_VERSION", $"There is no such version. Known: {string.Join(", ", ModelVersions.All)}.");

        if (request.Format is { } format && !PictureFormats.All.Contains(format, StringComparer.Ordinal))
            return Problems.Of(400, "E_UNKNOWN_ARGUMENT", $"format is one of {string.Join(", ", PictureFormats.All)}.");

        if (request.Count is < 1 or > JobCalls.LargestBatch)
            return Problems.Of(400, "E_UNKNOWN_ARGUMENT", $"count is 1 to {JobCalls.LargestBatch}.");

        var version = request.Version ?? await ConfigRoutes.CurrentVersionAsync(caller.OwnerId(), settings, runtime, cancellationToken);
        return await StartAsync(jobs, caller, "imagine", key, new()
        {
            Prompt = ModelVersions.Apply(request.Prompt, version),
            Model = request.Model,
            AspectRatio = request.AspectRatio,
            NegativePrompt = request.NegativePrompt,
            Speed = request.Speed,
            Seed = request.Seed,
            Format = request.Format,
            Images = request.Images,
        }, request.Count ?? 1);
    }

    private static Task<Results<Accepted<StartedJob>, ProblemHttpResult>> UpscaleAsync(
        FollowUpRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, ClaimsPrincipal caller,
        JobsClient jobs, ImagesClient images, CancellationToken cancellationToken) =>
        FollowAsync("upscale", request, key, caller, jobs, images, cancellationToken);

    private static Task<Results<Accepted<StartedJob>, ProblemHttpResult>> VaryAsync(
        FollowUpRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, ClaimsPrincipal caller,
        JobsClient jobs, ImagesClient images, CancellationToken cancellationToken) =>
        FollowAsync("variation", request, key, caller, jobs, images, cancellationToken);

    private static async Task<Results<Accepted<StartedJob>, ProblemHttpResult>> FollowAsync(
        string operation, FollowUpRequest request, string? key, ClaimsPrincipal caller,
        JobsClient jobs, ImagesClient images, CancellationToken cancellationToken)
    {
        var (job, index) = (request.JobId, request.Index);
        if (request.ImageId is { } imageId)
        {
            // A picture says both which job it came from and which part of the grid it is.
            var image = await images.GetAsync(caller.OwnerId(), imageId, cancellationToken);
            (job, index) = (image.JobId, index ?? image.Index);
        }
        return job is null
            ? Problems.Of(400, "E_PARENT_MISSING", "Say which picture: the job_id of a finished job, or an image_id.")
            : await StartAsync(jobs, caller, operation, key, new() { ParentJobId = job, Index = index, Strength = request.Strength });
    }

    private static async Task<Results<Accepted<StartedJob>, ProblemHttpResult>> StartAsync(
        JobsClient jobs, ClaimsPrincipal caller, string operation, string? key, ImageRequest image, int count = 1)
    {
        var batch = count > 1 ? await jobs.CreateBatchAsync(caller.OwnerId(), operation, image, count, key) : null;
        var job = batch?.Jobs[0] ?? await jobs.CreateAsync(caller.OwnerId(), operation, image, key);
        var address = $"/jobs/{job.JobId}";
        return TypedResults.Accepted(address, new StartedJob(job.JobId, JobReporting.StateOf(job.Status), job.CreatedAt, address, FirstPoll)
        {
            BatchId = batch?.BatchId,
            Batch = batch?.Ids,
        });
    }
}
