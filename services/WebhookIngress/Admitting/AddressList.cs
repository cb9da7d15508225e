using System.Net;
using System.Net.Sockets;

namespace MjAspire.WebhookIngress.Admitting;

/// <summary>Networks: <c>203.0.113.0/24, 2001:db8::/32, 198.51.100.7</c>.</summary>
internal sealed class AddressList(IReadOnlyList<IPNetwork> networks)
{
    public static AddressList Everyone { get; } = new([]);

    public bool IsEmpty => networks.Count == 0;

    public IReadOnlyList<IPNetwork> Networks => networks;

    /// <summary>An IPv4 address written as IPv6 (<c>::ffff:203.0.113.7</c>) is that IPv4 address.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = Plain(address);
        return networks.Any(network => network.Contains(plain));
    }

    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static bool TryParse(string text, out AddressList list)
    {
        var networks = new List<IPNetwork>();
        list = new(networks);
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(entry, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(entry, out var address))
                networks.Add(new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            else
                return false;
        }
        return true;
    }
}
