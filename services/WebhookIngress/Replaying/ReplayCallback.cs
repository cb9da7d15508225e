using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Remembering;
using MjAspire.WebhookIngress.Storage;

namespace MjAspire.WebhookIngress.Replaying;

/// <summary>What the replay is called in the history, and the callback it made.</summary>
internal sealed record Replayed(Guid Id, Guid CallbackId, Guid ReplayOf);

/// <summary>
/// <c>POST /api/callbacks/{id}/replay</c>: queues a callback of the history again, byte for byte. It gets an id of its own: a person wants something to
/// happen, and whoever tells repetitions by their id must not take it for one.
/// </summary>
internal static class ReplayCallback
{
    public static async Task<Results<Accepted<Replayed>, ProblemHttpResult>> HandleAsync(
        Guid id, HttpContext context, CallbackTable table, CallbackQueue queue, CallbackHistory history, IOptions<WebhookOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await table.FindAsync(id, cancellationToken) is not var (original, body))
            return ReadHistory.NotFound();
        if (body is null)
            return Problems.Of(409, "E_BODY_NOT_KEPT", "The body of this callback was not kept, or not as long as this. It cannot be replayed.");

        var (began, now) = (Stopwatch.GetTimestamp(), time.GetUtcNow());
        var callback = new ProviderCallbackReceived
        {
            CallbackId = Guid.CreateVersion7(now),
            Provider = original.Provider,
            JobId = original.JobId,
            ReceivedAt = now,
            ContentType = original.ContentType ?? "application/octet-stream",
            Body = body,
        };
        if (!await queue.TryPublishAsync(callback, callback.CallbackId))
        {
            context.Response.Headers.RetryAfter = $"{options.Value.RetryAfter.TotalSeconds}";
            return Problems.Of(503, "E_UNAVAILABLE", "The callback could not be queued. Nothing was done; try again.");
        }

        var replay = original with
        {
            Id = Guid.CreateVersion7(now),
            CallbackId = callback.CallbackId,
            Outcome = Verdict.WordOf(Outcome.Replayed),
            Reason = null,
            Status = StatusCodes.Status202Accepted,
            TraceId = Activity.Current?.TraceId.ToString(),
            ReceivedAt = now,
            DurationMs = (float)Stopwatch.GetElapsedTime(began).TotalMilliseconds,
            ReplayOf = id,
        };
        history.Add(replay, body);
        await table.MarkReplayedAsync(id, now, cancellationToken);
        return TypedResults.Accepted((string?)null, new Replayed(replay.Id, callback.CallbackId, id));
    }
}
