using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.ServiceDefaults.Tests.Outbound;

/// <summary>Answers names from a table, opens real sockets, and counts every one of them.</summary>
internal sealed class WatchedNetwork : IOutboundNetwork
{
    private readonly SystemNetwork _system = new();

    public ConcurrentDictionary<string, Queue<IPAddress[]>> Answers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentQueue<IPEndPoint> Opened { get; } = [];

    public ConcurrentQueue<string> Resolved { get; } = [];

    /// <summary>Where sockets really go, so that a public address can be "reached" without leaving this machine.</summary>
    public Func<IPEndPoint, IPEndPoint> Route { get; set; } = endPoint => endPoint;

    /// <summary>Successive look-ups get successive answers; the last one stays.</summary>
    public WatchedNetwork Answer(string name, params string[][] answers)
    {
        Answers[name] = new(answers.Select(answer => answer.Select(IPAddress.Parse).ToArray()));
        return this;
    }

    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        Resolved.Enqueue(name);
        return Task.FromResult(Answers.TryGetValue(name, out var queue) ? queue.Count > 1 ? queue.Dequeue() : queue.Peek() : []);
    }

    public Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Opened.Enqueue(endPoint);
        return _system.ConnectAsync(Route(endPoint), cancellationToken);
    }

    public ServiceProvider Services(string allowedNetworks = "", string ports = "443,80", Action<IServiceCollection>? also = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Outbound:AllowedNetworks"] = allowedNetworks,
            ["Outbound:Ports"] = ports,
        }).Build());
        also?.Invoke(services);
        services.AddSingleton<IOutboundNetwork>(this);
        services.AddGuardedHttpClient("outside", client => client.Timeout = TimeSpan.FromSeconds(10));
        return services.BuildServiceProvider();
    }
}
