using System.Net;
using System.Net.Sockets;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>The two things the guard does to the world, apart from its decisions, so that tests can watch every socket that would open.</summary>
internal interface IOutboundNetwork
{
    Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken);

    Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken);
}

internal sealed class SystemNetwork : IOutboundNetwork
{
    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(name, cancellationToken);

    public async Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
