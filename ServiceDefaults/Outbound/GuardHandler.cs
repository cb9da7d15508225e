using System.Net;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>Refuses what the URL alone gives away, and shows a refused connection as what it is.</summary>
internal sealed class GuardHandler(AddressPolicy policy) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<bool> Guarded = new("MjAspire.Guarded");

    /// <summary>Whether this request goes to an address that came from outside, which its span must not show.</summary>
    public static bool IsGuarded(HttpRequestMessage request) => request.Options.TryGetValue(Guarded, out _);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // HttpClient lets no request without an absolute URL come this far.
        if (policy.Check(request.RequestUri!) is { } refusal)
            throw new RefusedAddressException(refusal);
        // HTTP/3 would open its own sockets, past the connect callback.
        if (request.Version.Major > 2)
            request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Options.Set(Guarded, true);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error) when (error.InnerException is RefusedAddressException refused)
        {
            // The same refusal without HttpClient's wrapping; its own stack is inside the connect callback and says nothing more.
            throw new RefusedAddressException(refused.Reason, refused.IsPermanent);
        }
    }
}
