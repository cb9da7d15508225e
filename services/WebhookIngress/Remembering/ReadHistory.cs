using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Storage;

namespace MjAspire.WebhookIngress.Remembering;

/// <summary><c>GET /api/callbacks</c> and <c>GET /api/callbacks/{id}</c>.</summary>
internal static class ReadHistory
{
    private const int MostOnAPage = 100;

    private static readonly HashSet<string> Outcomes = [.. Enum.GetValues<Outcome>().Select(Verdict.WordOf)];

    public static async Task<Results<Ok<CallbackPage>, ProblemHttpResult>> ListAsync(
        CallbackTable table, CancellationToken cancellationToken,
        string? provider = null, string? outcome = null, Guid? job_id = null, DateTimeOffset? since = null, DateTimeOffset? until = null, int limit = 20, Guid? cursor = null)
    {
        if (limit is < 1 or > MostOnAPage)
            return Problems.Of(400, "E_LIMIT", $"A page has 1 to {MostOnAPage} callbacks.");
        var outcomes = outcome?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (outcomes?.FirstOrDefault(word => !Outcomes.Contains(word)) is { } unknown)
            return Problems.Of(400, "E_INVALID_STATUS", $"There is no outcome '{unknown}'. Known: {string.Join(", ", Outcomes.Order())}.");

        // One more than asked for tells whether there is a next page.
        var found = await table.ListAsync(new(provider, outcomes, job_id, since, until, cursor, limit + 1), cancellationToken);
        var page = found.Take(limit).Select(CallbackView.From).ToList();
        return TypedResults.Ok(new CallbackPage(page, found.Count > limit ? page[^1].Id : null));
    }

    public static async Task<Results<Ok<CallbackDetail>, ProblemHttpResult>> FindAsync(Guid id, CallbackTable table, CancellationToken cancellationToken) =>
        await table.FindAsync(id, cancellationToken) is var (row, body)
            ? TypedResults.Ok(CallbackDetail.From(row, body))
            : NotFound();

    public static ProblemHttpResult NotFound() => Problems.Of(404, "E_CALLBACK_NOT_FOUND", "There is no such callback in the history.");
}
