using System.Text;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary><c>X-Webhook-Secret: {secret}</c>, the header's name as configured.</summary>
internal sealed class SharedSecret(string header, IEnumerable<string> secrets) : Credential
{
    private readonly byte[][] _secrets = Hashes(secrets);

    public override string Name => "header";

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        headers[header] is not [{ } text] ? $"the header {header} is missing, or given twice"
        : !IsOneOf(_secrets, Encoding.UTF8.GetBytes(text)) ? $"the secret in {header} is wrong"
        : null;
}
