using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Providers;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Creating;

/// <summary>The body of <c>POST /api/jobs</c>.</summary>
/// <param name="Kind">Who runs it; an external worker when not said.</param>
/// <param name="Operation">For an image job what to do, <c>imagine</c> when not said; any word for an external one.</param>
/// <param name="InputData">What the job is about; see <see cref="ImageRequest"/> for image jobs.</param>
/// <param name="Metadata">Kept and given back as it is.</param>
internal sealed record CreateJobRequest(JobKind Kind = JobKind.External, string? Operation = null, JsonElement InputData = default, JsonElement Metadata = default);

/// <summary><c>POST /api/jobs</c></summary>
internal static class CreateJob
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/jobs", HandleAsync);

    private static async Task<Results<Created<CreatedJob>, Ok<CreatedJob>, ProblemHttpResult>> HandleAsync(
        CreateJobRequest request, Caller caller, [FromHeader(Name = "Idempotency-Key")] string? key,
        JobCreation creation, Parents parents, ModelCatalogue catalogue, TimeProvider time, CancellationToken cancellationToken)
    {
        if ((JobCreation.InvalidKey(key) ?? Invalid(request, catalogue)) is { } invalid)
            return invalid;

        var job = NewJob.From(request, caller.OwnerId, time.GetUtcNow(), Activity.Current?.Id);
        return await parents.ProblemAsync(job, caller, cancellationToken) is { } problem
            ? problem
            : await creation.CreateAsync(job, key, cancellationToken);
    }

    /// <summary>What is wrong with a request by itself, if anything.</summary>
    public static ProblemHttpResult? Invalid(CreateJobRequest request, ModelCatalogue catalogue)
    {
        if (request.InputData.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)
            || request.Metadata.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            return Problems.Of(400, "E_SERIALIZATION_ERROR", "input_data and metadata must be JSON objects.");
        if (request.Kind == JobKind.External)
            return null;
        if (!Operation.All.TryGetValue(request.Operation ?? "imagine", out var operation))
            return Problems.Of(400, "E_UNKNOWN_OPERATION", $"There is no operation '{request.Operation}'. Known: {Operation.Known}.");

        try
        {
            var image = ImageRequest.Parse(NewJob.Text(request.InputData));
            return (image.Problem(operation) ?? catalogue.Problem(image, operation)) is var (code, detail) ? Problems.Of(400, code, detail) : null;
        }
        catch (JsonException e)
        {
            return Problems.Of(400, "E_SERIALIZATION_ERROR", $"input_data is not understood at {e.Path}.");
        }
    }
}
