using System.Net;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>Section <c>Outbound</c>: how far a URL that came from outside may reach.</summary>
public sealed class OutboundOptions
{
    /// <summary>
    /// Networks in CIDR form, separated by commas, that are open although the guard would refuse them, on any port:
    /// <c>127.0.0.0/8,::1/128</c> for development. Empty, the default, opens nothing.
    /// </summary>
    public string AllowedNetworks { get; set; } = "";

    /// <summary>Ports, separated by commas, that may be called outside <see cref="AllowedNetworks"/>.</summary>
    public string Ports { get; set; } = "443,80";

    /// <summary>Look-up, TCP and TLS together.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection is dropped after this long, so that a name that moved is looked up, and checked, again.</summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The policy these settings describe.</summary>
    /// <exception cref="FormatException">A network or port is not written as one; the message names it.</exception>
    public AddressPolicy ToPolicy() => new(
        [.. Parts(AllowedNetworks).Select(text => IPNetwork.TryParse(text, out var network)
            ? network
            : throw new FormatException($"Outbound:AllowedNetworks: '{text}' is not a network in CIDR form, such as 10.0.0.0/8."))],
        [.. Parts(Ports).Select(text => int.TryParse(text, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new FormatException($"Outbound:Ports: '{text}' is not a port."))]);

    private static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
