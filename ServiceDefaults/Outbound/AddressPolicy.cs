using System.Net;
using System.Net.Sockets;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>
/// Which addresses a URL from outside may lead to. Pure: no look-ups, no sockets. IPv4 is a list of what is closed; IPv6 a list of what is
/// open, because nearly all of it is unassigned. Sources: the IANA special-purpose registries (RFC 6890), and Azure's 168.63.129.16.
/// </summary>
public sealed class AddressPolicy(IReadOnlyCollection<IPNetwork> opened, IReadOnlyCollection<int> ports)
{
    private static readonly IPNetwork[] ClosedV4 = Networks(
        "0.0.0.0/8",        // this network; 0.0.0.0 connects to loopback
        "10.0.0.0/8",       // private
        "100.64.0.0/10",    // carrier NAT
        "127.0.0.0/8",      // loopback
        "168.63.129.16/32", // Azure's host: metadata, DNS, health
        "169.254.0.0/16",   // link-local; cloud metadata
        "172.16.0.0/12",    // private
        "192.0.0.0/24",     // protocol assignments
        "192.0.2.0/24",     // documentation
        "192.31.196.0/24",  // AS112
        "192.52.193.0/24",  // AMT
        "192.88.99.0/24",   // 6to4 relays
        "192.168.0.0/16",   // private
        "192.175.48.0/24",  // AS112
        "198.18.0.0/15",    // benchmarks
        "198.51.100.0/24",  // documentation
        "203.0.113.0/24",   // documentation
        "224.0.0.0/4",      // multicast
        "240.0.0.0/4");     // reserved, broadcast

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] ClosedV6 = Networks(
        "2001::/23",         // protocol assignments, Teredo
        "2001:db8::/32",     // documentation
        "2002::/16",         // 6to4: holds an IPv4 address
        "2620:4f:8000::/48", // AS112
        "3fff::/20");        // documentation

    /// <summary>What can be said of a URL without a look-up. Null: nothing against it yet.</summary>
    public AddressRefusal? Check(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            return AddressRefusal.Scheme;
        if (url.UserInfo.Length > 0)
            return AddressRefusal.UserInfo;

        // IdnHost keeps an IPv6 zone; Host keeps full-width digits, which punycode would hide.
        return HostLiteral.Read(url.HostNameType == UriHostNameType.IPv6 ? url.IdnHost : url.Host) switch
        {
            HostLiteral.Malformed => AddressRefusal.Host,
            HostLiteral.Address literal => literal.Values.Any(address => Check(address, url.Port) is null) ? null : Check(literal.Values[0], url.Port),
            // A name may still lead into an opened network, where every port is open.
            _ => opened.Count == 0 && !ports.Contains(url.Port) ? AddressRefusal.Port : null,
        };
    }

    /// <summary>Whether a connection to this address and port may be opened. Null: yes.</summary>
    public AddressRefusal? Check(IPAddress address, int port)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0)
            return AddressRefusal.Address; // a zone names one of our own interfaces
        if (opened.Any(network => network.Contains(address)))
            return null;
        if (!IsPublic(address))
            return AddressRefusal.Address;
        return ports.Contains(port) ? null : AddressRefusal.Port;
    }

    private static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !ClosedV4.Any(network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => GlobalV6.Contains(address) && !ClosedV6.Any(network => network.Contains(address)),
        _ => false,
    };

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(text => IPNetwork.Parse(text))];
}
