using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary>
/// Most providers cannot sign their callbacks, so the address itself is the proof: who knows its token was given it by us.
/// Says yes or no, never why not.
/// </summary>
internal sealed class Capabilities(IOptions<WebhookOptions> options, TimeProvider time)
{
    private static readonly TimeSpan PingLifetime = TimeSpan.FromMinutes(1);

    public bool TryVerify(string text, [NotNullWhen(true)] out CallbackToken? token) =>
        CallbackToken.TryRead(options.Value.TokenKey, text, time.GetUtcNow(), out token) && token.JobId != Guid.Empty;

    /// <summary>A token of no job: it proves to a ping that we sent it, and is good for nothing else.</summary>
    public string CreatePing() =>
        CallbackToken.Create(options.Value.TokenKey, Guid.Empty, time.GetUtcNow() + PingLifetime, Activity.Current?.Context ?? default);

    public bool IsPing(string text) =>
        CallbackToken.TryRead(options.Value.TokenKey, text, time.GetUtcNow(), out var token) && token.JobId == Guid.Empty;
}
