using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary>
/// Providers do not sign their callbacks, so the address itself is the proof: who knows its token was given it by us.
/// Says yes or no, never why not.
/// </summary>
internal sealed class Verifier(IOptions<WebhookOptions> options, TimeProvider time)
{
    public bool TryVerify(string text, [NotNullWhen(true)] out CallbackToken? token) =>
        CallbackToken.TryRead(options.Value.TokenKey, text, time.GetUtcNow(), out token);
}
