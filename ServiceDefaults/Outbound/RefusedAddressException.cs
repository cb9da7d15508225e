namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>
/// The guard did not let a request out; no socket was opened. The message never holds the URL, which may hold secrets.
/// Trying the same URL again is pointless when <see cref="IsPermanent"/>; a name may point elsewhere later.
/// </summary>
public sealed class RefusedAddressException(AddressRefusal reason, bool isPermanent = true)
    : HttpRequestException(HttpRequestError.ConnectionError, Describe(reason))
{
    /// <summary>Stable; may be shown to the URL's owner.</summary>
    public AddressRefusal Reason { get; } = reason;

    /// <summary>True when the URL itself was refused, false when an answer of the name service was.</summary>
    public bool IsPermanent { get; } = isPermanent;

    /// <summary>A sentence for the URL's owner.</summary>
    public static string Describe(AddressRefusal reason) => reason switch
    {
        AddressRefusal.Scheme => "The URL must be absolute and start with http:// or https://.",
        AddressRefusal.UserInfo => "The URL must not carry a user name or password.",
        AddressRefusal.Host => "The URL's host looks like a number but is not an address.",
        AddressRefusal.Port => "The URL's port may not be called.",
        AddressRefusal.Address => "The URL's address is not on the public internet.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
    };
}
