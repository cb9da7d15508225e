using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Answering;

/// <summary>
/// <c>POST /api/jobs/{id}/answer</c>: a JSON object for a job that needs input. A provider's question takes <c>prompt</c> and <c>mask</c>
/// (a data URL of a PNG); an external worker's takes whatever it asked for, and it finds it in the job's <c>answer</c>.
/// </summary>
internal static class AnswerJob
{
    /// <summary>A mask is a picture, in base64.</summary>
    private const int LargestAnswer = 4 << 20;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/jobs/{id}/answer", HandleAsync).WithMetadata(new RequestSizeLimitAttribute(LargestAnswer));

    private static async Task<Results<Ok<ChangedJob>, ProblemHttpResult>> HandleAsync(
        string id, JsonElement answer, Caller caller, OwnedJobs jobs, CancellationToken cancellationToken) =>
        answer.ValueKind == JsonValueKind.Object
            ? await jobs.ApplyAsync(id, caller, _ => new JobInput.Answer(answer.GetRawText()), cancellationToken)
            : Problems.Of(400, "E_SERIALIZATION_ERROR", "The answer must be a JSON object.");
}
