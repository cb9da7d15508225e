using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.WebhookIngress.Admitting;
using MjAspire.WebhookIngress.Handshaking;
using MjAspire.WebhookIngress.Parking;
using MjAspire.WebhookIngress.Remembering;
using MjAspire.WebhookIngress.Reporting;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>The way of every callback: address, proof, body, and then what it is, within the limits. Whatever becomes of it is counted and remembered.</summary>
internal sealed class Intake(
    Gate gate, Receiver receiver, CallbackHistory history, IngressMetrics metrics, RecentTimes recent, IOptions<WebhookOptions> options, TimeProvider time)
{
    public async Task<Verdict> ReceiveAsync(Arrival arrival, Credential credential)
    {
        try
        {
            return Finish(arrival, await JudgeAsync(arrival, credential));
        }
        catch (Exception e) when (arrival.Body is null && e is IOException or OperationCanceledException)
        {
            return Finish(arrival, new(Outcome.BrokenOff, "the caller hung up"));
        }
    }

    /// <summary>For a caller who could not even show a valid address.</summary>
    public async Task<Verdict> RefuseAsync(Arrival arrival, string reason) => Finish(arrival, await gate.RefuseAsync(arrival.Address, reason));

    /// <summary>A provider checks the address, by GET.</summary>
    public async Task<Verdict> ShakeHandsAsync(Arrival arrival, string token) => Finish(arrival, await ForbidAsync(arrival)
        ?? (Handshake.TryRead(arrival.Request.Query, out var asked) && asked.Fits(token)
            ? new(Outcome.Handshaken, Challenge: asked.Challenge)
            : await gate.RefuseAsync(arrival.Address, "no challenge, or the verification token is wrong")));

    private async Task<Verdict> JudgeAsync(Arrival arrival, Credential credential)
    {
        var provider = arrival.Provider;
        if (await ForbidAsync(arrival) is { } forbidden)
            return forbidden;
        if (!credential.CoversBody && await ProveAsync(arrival, credential) is { } unproven)
            return unproven;

        arrival.Body = await CallbackBody.ReadAsync(arrival.Request, options.Value.LargestBody, arrival.HungUp);
        if (arrival.Body is not { } body)
            return (credential.CoversBody ? null : await LimitAsync(arrival)) ?? new(Outcome.TooLarge, $"more than {options.Value.LargestBody} bytes");
        if (credential.CoversBody && await ProveAsync(arrival, credential) is { } unsigned)
            return unsigned;

        if (arrival.IsPing)
            return await LimitAsync(arrival) ?? new(Outcome.Pinged);
        if (provider.VerificationToken is { } token && Handshake.TryRead(body, out var asked))
        {
            return await LimitAsync(arrival)
                ?? (asked.IsFor(token) ? new(Outcome.Handshaken, Challenge: asked.Challenge) : await gate.RefuseAsync(arrival.Address, "the verification token is wrong"));
        }

        arrival.CallbackId = arrival.JobId is { } job
            ? CallbackId.Of(job, body)
            : CallbackId.Of(provider.Name, credential.CoversBody ? arrival.Request.Headers[StandardSignature.IdHeader].ToString() : null, body);

        // From here on a caller who hangs up changes nothing: what was received whole is queued.
        return await receiver.ReceiveAsync(arrival, Wellformed.Fault(arrival.ContentType, body));
    }

    private async ValueTask<Verdict?> ForbidAsync(Arrival arrival)
    {
        if (arrival.Provider.Allowed.IsEmpty || arrival.Provider.Allowed.Contains(arrival.Address))
            return null;
        var refused = await gate.RefuseAsync(arrival.Address, "this address is not among the provider's");
        return refused.Outcome == Outcome.Refused ? refused with { Outcome = Outcome.Forbidden } : refused;
    }

    private async ValueTask<Verdict?> ProveAsync(Arrival arrival, Credential credential) =>
        credential.Refusal(arrival.Request.Headers, arrival.Body, time.GetUtcNow()) is { } reason
            ? await gate.RefuseAsync(arrival.Address, reason)
            : null;

    private ValueTask<Verdict?> LimitAsync(Arrival arrival) => gate.LimitAsync(arrival.Provider, arrival.Address);

    private Verdict Finish(Arrival arrival, Verdict verdict)
    {
        var took = Stopwatch.GetElapsedTime(arrival.BeganAt);
        metrics.Received(arrival.Provider.Name, verdict, took);
        recent.Add(took);
        history.Add(arrival, verdict, took);
        return verdict;
    }
}
