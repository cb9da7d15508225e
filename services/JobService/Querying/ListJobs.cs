using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Querying;

/// <summary>The query of <c>GET /api/jobs</c>; every part narrows the list.</summary>
/// <param name="Status">PENDING, RUNNING, ...; several separated by commas.</param>
/// <param name="Kind">image or external.</param>
/// <param name="Text">Words of the prompt.</param>
/// <param name="Limit">1 to 100; 20 when not said.</param>
/// <param name="Cursor">The <c>next_cursor</c> of the page before.</param>
internal sealed record JobQuery(
    string? Status, string? Kind, string? Operation, string? Model, string? Text, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore,
    int Limit, Guid? Cursor);

/// <summary>A page, newest first.</summary>
/// <param name="NextCursor">Leads to the next page; null on the last.</param>
internal sealed record JobPage(IReadOnlyList<JobResource> Jobs, Guid? NextCursor);

/// <summary><c>GET /api/jobs</c></summary>
internal static class ListJobs
{
    private const int MostOnAPage = 100;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/jobs", HandleAsync);

    private static async Task<Results<Ok<JobPage>, ProblemHttpResult>> HandleAsync(
        Caller caller, JobStore store, ImageLinks links, CancellationToken cancellationToken,
        string? status = null, string? kind = null, string? operation = null, string? model = null, string? text = null,
        DateTimeOffset? created_after = null, DateTimeOffset? created_before = null, int limit = 20, Guid? cursor = null)
    {
        if (limit is < 1 or > MostOnAPage)
            return Problems.Of(400, "E_LIMIT", $"A page has 1 to {MostOnAPage} jobs.");
        if (status is not null && status.Split(',').FirstOrDefault(word => !Words.TryRead<JobStatus>(word, out _)) is { } unknown)
            return Problems.Of(400, "E_INVALID_STATUS", $"There is no status '{unknown}'.");
        if (kind is not null && !Words.TryRead<JobKind>(kind, out _))
            return Problems.Of(400, "E_UNKNOWN_KIND", $"There is no kind '{kind}'. Known: image, external.");

        // One more than asked for tells whether there is a next page.
        var query = new JobQuery(status, kind, operation, model, text, created_after, created_before, limit + 1, cursor);
        var found = await store.ListAsync(caller.OwnerId, query, cancellationToken);
        var page = found.Take(limit).ToList();
        return TypedResults.Ok(new JobPage([.. page.Select(job => JobResource.From(job, links))], found.Count > limit ? page[^1].Id : null));
    }
}
