using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>
/// <c>POST /webhook/{provider}/{token}</c>: verify, read, tell repetitions, queue with the broker's confirmation, and only then 202.
/// </summary>
internal static class ReceiveCallback
{
    private const int LongestContentType = 200;
    private const int LongestProviderName = 32;
    private const string RetryAfterSeconds = "5";

    public static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        string provider, string token, HttpContext context,
        Verifier verifier, Receiver receiver, IngressMetrics metrics, IOptions<WebhookOptions> options, TimeProvider time)
    {
        if (!IsProviderName(provider))
            return Problems.Of(404, "E_NOT_FOUND", "There is no such provider.");
        if (!verifier.TryVerify(token, out var capability))
        {
            metrics.Refused();
            return Problems.Of(401, "E_AUTHENTICATION_FAILED", "This callback address is not valid, or not any more.");
        }

        using var span = CallbackTrace.Continue(provider, capability, context.Request);
        byte[]? body;
        try
        {
            body = await CallbackBody.ReadAsync(context.Request, options.Value.LargestBody, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            metrics.BrokenOff(provider);
            throw;
        }
        if (body is null)
            return TooLarge(provider, metrics, span, options.Value.LargestBody);

        var contentType = context.Request.ContentType ?? "application/octet-stream";
        var callback = new ProviderCallbackReceived
        {
            CallbackId = CallbackId.Of(capability.JobId, body),
            Provider = provider,
            JobId = capability.JobId,
            ReceivedAt = time.GetUtcNow(),
            ContentType = contentType.Length <= LongestContentType ? contentType : contentType[..LongestContentType],
            Body = body,
        };

        // From here on a caller who hangs up changes nothing: what was received whole is queued.
        var outcome = await receiver.ReceiveAsync(callback);
        metrics.Received(provider, outcome);
        if (outcome == Outcome.Unavailable)
        {
            CallbackTrace.End(span, 503, "unavailable");
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            return Problems.Of(503, "E_UNAVAILABLE", "The callback could not be queued. Nothing was done; send it again.");
        }
        CallbackTrace.End(span, 202, outcome == Outcome.Duplicate ? "duplicate" : "queued");
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>Short and plain, for it goes into span names and metrics; anything else is an address we never gave out.</summary>
    private static bool IsProviderName(string name) => name.Length <= LongestProviderName && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static ProblemHttpResult TooLarge(string provider, IngressMetrics metrics, Activity? span, int limit)
    {
        metrics.TooLarge(provider);
        CallbackTrace.End(span, 413, "too_large");
        return Problems.Of(413, "E_TOO_LARGE", $"A callback is {limit} bytes at most.");
    }
}

internal static class ReceivingFeature
{
    public static void AddReceiving(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Receiver>();
        builder.Services.AddSingleton<Duplicates>();
        builder.Services.AddSingleton<CallbackQueue>();
    }

    public static void MapReceiving(this WebApplication app) => app.MapPost("/webhook/{provider}/{token}", ReceiveCallback.Handle);
}
