using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>
/// <c>POST /webhook/{provider}/{token}</c>, a capability address, and <c>POST /webhook/{provider}</c>, proven by what is configured for the provider:
/// verify, read, limit and tell repetitions, queue with the broker's confirmation, and only then 202.
/// </summary>
internal static class ReceiveCallback
{
    public static async Task<Results<Accepted, JsonHttpResult<Echo>, ProblemHttpResult>> ToCapability(
        string provider, string token, HttpContext context, Providers providers, Capabilities capabilities, Intake intake, TimeProvider time)
    {
        if (!Providers.IsName(provider))
            return Unknown();

        var known = providers.FindOrDefault(provider);
        if (!capabilities.TryVerify(token, out var capability))
            return Answer(context, known, await intake.RefuseAsync(new(context, known, time.GetUtcNow()), "the address is not valid, or not any more"));

        using var span = CallbackTrace.Continue(provider, capability, context.Request);
        var verdict = await intake.ReceiveAsync(new(context, known, time.GetUtcNow()) { JobId = capability.JobId }, new ProvenByAddress());
        CallbackTrace.End(span, verdict.Status, verdict.Word);
        return Answer(context, known, verdict);
    }

    public static async Task<Results<Accepted, JsonHttpResult<Echo>, ProblemHttpResult>> ToProvider(
        string provider, HttpContext context, Providers providers, Intake intake, TimeProvider time)
    {
        if (providers.Find(provider) is not { } known)
            return Unknown();
        return Answer(context, known, await intake.ReceiveAsync(new(context, known, time.GetUtcNow()), known.Credential));
    }

    public static ProblemHttpResult Unknown() => Problems.Of(404, "E_NOT_FOUND", "There is no such provider.");

    private static Results<Accepted, JsonHttpResult<Echo>, ProblemHttpResult> Answer(HttpContext context, Provider provider, Verdict verdict) => verdict switch
    {
        { Outcome: Outcome.Queued or Outcome.Duplicate or Outcome.Parked } => TypedResults.Accepted((string?)null),
        { Challenge: { } challenge } => TypedResults.Json(new Echo(challenge)),
        _ => Refusal(context, provider, verdict),
    };

    /// <summary>What a caller learns whose callback was not taken: nothing that helps to guess.</summary>
    public static ProblemHttpResult Refusal(HttpContext context, Provider provider, Verdict verdict)
    {
        if (verdict.RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = $"{Math.Max(1, Math.Ceiling(pause.TotalSeconds))}";
        if (verdict.Outcome == Outcome.Refused && provider.Credential.Challenge is { } challenge)
            context.Response.Headers.WWWAuthenticate = challenge;
        return verdict.Outcome switch
        {
            Outcome.Refused => Problems.Of(401, "E_AUTHENTICATION_FAILED", "This callback is not proven to be the provider's, or its address is not valid any more."),
            Outcome.Forbidden => Problems.Of(403, "E_FORBIDDEN", "Callbacks of this provider are not taken from this address."),
            Outcome.Limited or Outcome.Repelled => Problems.Of(429, "E_RATE_LIMITED", "Too many callbacks. Nothing was done; send it again later."),
            Outcome.TooLarge => Problems.Of(413, "E_TOO_LARGE", $"The callback is too large: {verdict.Reason}."),
            Outcome.BrokenOff => Problems.Of(400, "E_SERIALIZATION_ERROR", "The callback ended before its end."),
            _ => Problems.Of(503, "E_UNAVAILABLE", "The callback could not be queued. Nothing was done; send it again."),
        };
    }
}

/// <summary><c>{"challenge":"..."}</c></summary>
internal sealed record Echo(string Challenge);

internal static class ReceivingFeature
{
    public static void AddReceiving(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Providers>();
        builder.Services.AddSingleton<Capabilities>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddSingleton<Receiver>();
        builder.Services.AddSingleton<Duplicates>();
        builder.Services.AddSingleton<CallbackQueue>();
    }

    public static void MapReceiving(this WebApplication app)
    {
        app.MapPost("/webhook/{provider}", ReceiveCallback.ToProvider);
        app.MapPost("/webhook/{provider}/{token}", ReceiveCallback.ToCapability);
    }
}
