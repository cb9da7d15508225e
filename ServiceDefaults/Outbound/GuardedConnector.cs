using System.Net;
using System.Net.Sockets;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>
/// Opens the connections of a guarded client. The name is looked up here and the socket goes to the very address that was checked:
/// a check before the request could be given another answer than the connection.
/// </summary>
internal sealed class GuardedConnector(AddressPolicy policy, IOutboundNetwork network)
{
    /// <summary>More answers than any honest name has are checked, but not tried.</summary>
    private const int MostTried = 4;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await ResolveAsync(host, port, cancellationToken);
        SocketException? failure = null;
        foreach (var address in addresses.Take(MostTried))
        {
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            }
            catch (SocketException error)
            {
                failure = error;
            }
        }
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        switch (HostLiteral.Read(host))
        {
            case HostLiteral.Malformed:
                throw new RefusedAddressException(AddressRefusal.Host);
            case HostLiteral.Address literal:
                IPAddress[] open = [.. literal.Values.Where(address => policy.Check(address, port) is null)];
                return open.Length > 0 ? open : throw new RefusedAddressException(policy.Check(literal.Values[0], port)!.Value);
        }
        var addresses = await network.ResolveAsync(host, cancellationToken);
        // One bad answer condemns the name: an honest one has none, and the next attempt could pick it.
        foreach (var address in addresses)
        {
            if (policy.Check(address, port) is { } refusal)
                throw new RefusedAddressException(refusal, isPermanent: false);
        }
        return addresses;
    }
}
