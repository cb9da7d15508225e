using System.Diagnostics;
using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Pinging;

/// <summary>What a ping found.</summary>
/// <param name="Status"><c>ok</c>: a callback sent this way would have been taken.</param>
/// <param name="VerifiedBy"><c>signature</c>, <c>header</c>, <c>basic</c>, or <c>ping</c> for one of our own.</param>
/// <param name="Address">Who called, as far as the ingress can tell: what allow-lists and limits go by.</param>
/// <param name="Echo">The body, to tell our answer from that of something between; when it is short and plain.</param>
internal sealed record Pong(string Status, string Provider, string VerifiedBy, string Address, int Bytes, string Broker, double ResponseTimeMs, string? Echo);

/// <summary>
/// <c>POST /webhook/{provider}/ping</c>: goes the whole way of a callback, proven as the provider's callbacks are, or by
/// <c>Authorization: Bearer {ping token}</c> when the ingress tries its own public address; says what came of it, and queues nothing.
/// </summary>
internal static class AnswerPing
{
    private const string Bearer = "Bearer ";
    private const int LongestEcho = 100;

    public static async Task<Results<Ok<Pong>, ProblemHttpResult>> HandleAsync(
        string provider, HttpContext context, Providers providers, Capabilities capabilities, Intake intake, IBusControl bus, TimeProvider time)
    {
        var isOurs = Providers.IsName(provider)
            && context.Request.Headers.Authorization is [{ } text] && text.StartsWith(Bearer, StringComparison.Ordinal) && capabilities.IsPing(text[Bearer.Length..]);
        if ((isOurs ? providers.FindOrDefault(provider) with { Allowed = Admitting.AddressList.Everyone } : providers.Find(provider)) is not { } known)
            return ReceiveCallback.Unknown();

        var arrival = new Arrival(context, known, time.GetUtcNow()) { IsPing = true };
        Credential credential = isOurs ? new ProvenByAddress() : known.Credential;
        var verdict = await intake.ReceiveAsync(arrival, credential);
        if (verdict.Outcome != Outcome.Pinged)
            return ReceiveCallback.Refusal(context, known, verdict);

        var broker = bus.CheckHealth().Status;
        if (broker != BusHealthStatus.Healthy)
            return Problems.Of(503, "E_UNAVAILABLE", "The address is right and the caller is proven, but the broker is away: a callback would be answered 503 now.");

        var body = System.Text.Encoding.ASCII.GetString(arrival.Body!);
        return TypedResults.Ok(new Pong(
            "ok", provider, isOurs ? "ping" : credential.Name, arrival.Address.ToString(), arrival.Body!.Length, "healthy",
            Math.Round(Stopwatch.GetElapsedTime(arrival.BeganAt).TotalMilliseconds, 3),
            body.Length <= LongestEcho && body.All(char.IsAsciiLetterOrDigit) ? body : null));
    }
}
