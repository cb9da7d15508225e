namespace MjAspire.WebhookIngress.Verifying;

/// <summary><c>Authorization: Basic {base64 of user:password}</c> (RFC 7617).</summary>
internal sealed class BasicLogin(IEnumerable<string> logins) : Credential
{
    private const string Scheme = "Basic ";
    private const int Longest = 1024;

    private readonly byte[][] _logins = Hashes(logins);

    public override string Name => "basic";

    public override string Challenge => "Basic realm=\"webhook\", charset=\"UTF-8\"";

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (headers.Authorization is not [{ } text] || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return "there is no basic authorization";

        Span<byte> login = stackalloc byte[Longest];
        return !Convert.TryFromBase64String(text[Scheme.Length..].Trim(), login, out var length) ? "the basic authorization is not base64, or too long"
            : !IsOneOf(_logins, login[..length]) ? "user or password is wrong"
            : null;
    }
}
