using System.Buffers;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>Why an endpoint is not accepted.</summary>
internal sealed record Rejection(string Code, string Detail);

/// <summary>What an endpoint must look like. The first rule that is broken is named.</summary>
internal sealed class EndpointRules(AddressPolicy addresses)
{
    private const int LongestUrl = 2048;
    private const int LongestDescription = 1000;
    private const int MostHeaders = 10;
    private const int LongestHeader = 1000;
    private const int FastestRate = 10_000;

    /// <summary>RFC 9110, token.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Ours, or such as would change where a request goes or where it ends.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Transfer-Encoding", "Trailer", "TE", "Upgrade", "Expect",
        "User-Agent", "traceparent", "tracestate", "baggage",
    };

    private static readonly string[] ReservedPrefixes = ["webhook-", "content-", ":"];

    public Rejection? CheckUrl(string? url)
    {
        if (string.IsNullOrWhiteSpace(url) || url.Length > LongestUrl || !Uri.TryCreate(url, UriKind.Absolute, out var parsed))
            return new("E_INVALID_URL", $"The URL must be absolute, start with http:// or https://, and have at most {LongestUrl:N0} characters.");
        if (addresses.Check(parsed) is not { } refusal)
            return null;

        var code = refusal is AddressRefusal.Scheme or AddressRefusal.UserInfo ? "E_INVALID_URL" : "E_ADDRESS_REFUSED";
        return new(code, RefusedAddressException.Describe(refusal));
    }

    public Rejection? Check(NewEndpoint endpoint)
    {
        if (CheckUrl(endpoint.Url) is { } rejection)
            return rejection;
        if (endpoint.Events is not { Length: > 0 and <= 50 } events || !events.All(text => text is not null && EventTypes.IsPattern(text)))
            return new("E_INVALID_EVENT", "The events must be types such as job.completed, families such as job.*, or *.");
        if (CheckSecret(endpoint.Secret) is { } secretRejection)
            return secretRejection;
        if (endpoint.Description is { Length: > LongestDescription })
            return new("E_INVALID_DESCRIPTION", $"The description must have at most {LongestDescription:N0} characters.");
        if (endpoint.Headers is { } headers && (headers.Count > MostHeaders || headers.Any(header => !IsHeader(header.Key, header.Value))))
            return new("E_INVALID_HEADER", $"At most {MostHeaders} headers, of visible ASCII, and none that HTTP or the signature needs.");
        if (endpoint.RateLimit is < 1 or > FastestRate)
            return new("E_INVALID_RATE_LIMIT", $"The rate limit must be 1 to {FastestRate:N0} attempts a second, or left out.");
        return null;
    }

    public static Rejection? CheckSecret(string? secret) =>
        secret is null || WebhookSecret.TryParse(secret, out _)
            ? null
            : new("E_INVALID_SECRET", "The secret must be whsec_ followed by the base64 of 24 to 64 bytes. Leave it out to get a new one.");

    private static bool IsHeader(string name, string? value) =>
        name.Length is > 0 and <= 100
        && name.AsSpan().IndexOfAnyExcept(TokenCharacters) < 0
        && !Reserved.Contains(name)
        && !ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        && value is { Length: <= LongestHeader }
        && value.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;
}
