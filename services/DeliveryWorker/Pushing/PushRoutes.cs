using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Pushing;

internal sealed record Push(string? Message);

internal sealed record PushAnswer(string Status, string Message, string Timestamp, int WebhooksNotified, int TotalWebhooks);

/// <summary>
/// <code>
/// POST /api/push  {"message": "your message here"}
///   {"status": "success", "message": "...", "timestamp": "...", "webhooks_notified": N, "total_webhooks": N}
/// </code>
/// Answers after the first attempts. Those that failed go on being retried and are not counted as notified.
/// </summary>
internal static class PushRoutes
{
    public static void MapPush(this IEndpointRouteBuilder routes) => routes.MapPost("/push", PushMessage);

    private static async Task<Results<Ok<PushAnswer>, ProblemHttpResult>> PushMessage(
        Push request, Caller caller, Pusher pusher, TimeProvider time, HttpContext context, CancellationToken cancellationToken)
    {
        if (request.Message is not { Length: > 0 and <= PushedMessage.Longest } text)
            return Problems.Of(400, "E_INVALID_MESSAGE", $"The message must have 1 to {PushedMessage.Longest:N0} characters.");

        var now = time.GetUtcNow();
        var message = PushedMessage.At(now, text);
        if (await pusher.PushAsync(caller.OwnerId, message, now, cancellationToken) is not { } counts)
        {
            context.Response.Headers.RetryAfter = "5";
            return Problems.Of(503, "E_UNAVAILABLE", "Too many messages are being pushed right now. Nothing was sent; try again.");
        }
        return TypedResults.Ok(new PushAnswer("success", message.Message, message.Timestamp, counts.Notified, counts.Total));
    }
}
