using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace MjAspire.WebhookIngress.Admitting;

/// <summary>
/// Who calls: the connection's address, or, when that is one of <c>Webhooks:TrustedProxies</c>, the address it names in
/// <c>X-Forwarded-For</c>, and so on along the chain. Anyone can write that header, so nobody else is believed.
/// </summary>
internal static class CallerAddresses
{
    public static void AddAdmitting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Gate>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<WebhookOptions>>((forwarded, webhooks) =>
        {
            // After everyone else: ASPNETCORE_FORWARDEDHEADERS_ENABLED, which some hosts set, would believe anyone.
            _ = AddressList.TryParse(webhooks.Value.TrustedProxies, out var proxies);
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in proxies.Networks)
                forwarded.KnownIPNetworks.Add(network);
            forwarded.ForwardLimit = null;
            // Without networks the middleware would take the header from everyone.
            forwarded.ForwardedHeaders = proxies.IsEmpty ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor;
        });
    }

    public static IPAddress Of(HttpContext context) => AddressList.Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);

    /// <summary>For a bucket: an IPv6 caller has a whole /64 to choose from, so that is one caller.</summary>
    public static string Key(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return $"{new IPAddress(bytes)}/64";
    }
}
