using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Gives every replica of every endpoint a port.</summary>
internal sealed class Ports(bool randomize)
{
    private readonly HashSet<int> _given = [];

    public void Allocate(IEnumerable<Resource> resources)
    {
        var wanted = resources.SelectMany(resource => resource.Endpoints, (resource, endpoint) => (resource, endpoint)).ToList();
        // Ports asked for first, so that no random one takes them.
        foreach (var (resource, endpoint) in wanted.OrderBy(pair => pair.endpoint.Port is null))
            endpoint.AllocatedPorts = [.. Enumerable.Range(0, resource.Replicas).Select(replica => replica == 0 ? First(resource, endpoint) : Free())];
    }

    private int First(Resource resource, EndpointAnnotation endpoint)
    {
        if (endpoint.Port is not { } port || (randomize && endpoint.IsProxied))
            return Free();
        return _given.Add(port) && IsFree(port)
            ? port
            : throw new DistributedApplicationException($"Port {port}, which '{resource.Name}' is to listen on, is taken. Is the application running already?");
    }

    /// <summary>Below the range the kernel hands out to outgoing connections, so that none of these takes it in between.</summary>
    public int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(10_000, 20_000);
            if (_given.Add(port) && IsFree(port))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
