using System.Security.Cryptography;
using System.Text;

namespace MjAspire.WebhookIngress.Verifying;

/// <summary>How a provider proves that a callback is its own.</summary>
internal abstract class Credential
{
    /// <summary>As configured and shown: <c>signature</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A signature covers the body; a password can be judged before anything of the body is read.</summary>
    public virtual bool CoversBody => false;

    /// <summary>What a refused caller is told to bring, for <c>WWW-Authenticate</c>.</summary>
    public virtual string? Challenge => null;

    /// <summary>Null when the callback is proven; otherwise why it is not, for the history and never for the caller.</summary>
    public abstract string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now);

    /// <summary>Whether the text is one of the secrets, in a time that does not depend on which, or on how much of it was right.</summary>
    protected static bool IsOneOf(byte[][] secretHashes, ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        var found = false;
        foreach (var secret in secretHashes)
            found |= CryptographicOperations.FixedTimeEquals(secret, hash);
        return found;
    }

    protected static byte[][] Hashes(IEnumerable<string> secrets) => [.. secrets.Select(secret => SHA256.HashData(Encoding.UTF8.GetBytes(secret)))];
}

/// <summary>Nothing is configured for the provider: nobody can prove anything.</summary>
internal sealed class NoCredential : Credential
{
    public override string Name => "none";

    public override string Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) => "no verification is configured for this provider";
}

/// <summary>The address was the proof, and it has been checked.</summary>
internal sealed class ProvenByAddress : Credential
{
    public override string Name => "address";

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) => null;
}
