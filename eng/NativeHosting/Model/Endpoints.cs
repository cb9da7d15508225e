namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource listens on. Every replica has a port of its own; the first one has the port asked for.</summary>
internal sealed class EndpointAnnotation(string name)
{
    internal string Name { get; } = name;

    internal string UriScheme { get; set; } = "http";

    internal int? Port { get; set; }

    internal string? EnvironmentVariable { get; set; }

    /// <summary>Whether another port would do in a test; Aspire puts a proxy before such endpoints, here there is none.</summary>
    internal bool IsProxied { get; set; } = true;

    internal IReadOnlyList<int> AllocatedPorts { get; set; } = [];
}

/// <summary>A resource's endpoint, to be asked for once the application runs.</summary>
public sealed class EndpointReference : IValueProvider
{
    private readonly Resource _resource;

    internal EndpointReference(Resource resource, string endpointName) => (_resource, EndpointName) = (resource, endpointName);

    /// <summary>Its name, <c>http</c> mostly.</summary>
    public string EndpointName { get; }

    /// <summary>Whether it has an address yet.</summary>
    public bool IsAllocated => _resource.Endpoint(EndpointName).AllocatedPorts.Count > 0;

    /// <summary>The scheme of its address.</summary>
    public string Scheme => _resource.Endpoint(EndpointName).UriScheme;

    /// <summary>The host of its address: this one.</summary>
    public string Host => "localhost";

    /// <summary>The first replica's port.</summary>
    public int Port => Ports[0];

    /// <summary>The first replica's address.</summary>
    public string Url => $"{Scheme}://{Host}:{Port}";

    internal IEnumerable<string> Urls => Ports.Select(port => $"{Scheme}://{Host}:{port}");

    private IReadOnlyList<int> Ports => IsAllocated
        ? _resource.Endpoint(EndpointName).AllocatedPorts
        : throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{_resource.Name}' has no address before the application starts.");

    /// <summary>A part of the address, to be asked for later.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);
}

/// <summary>A part of an endpoint's address.</summary>
public sealed class EndpointReferenceExpression(EndpointReference endpoint, EndpointProperty property) : IValueProvider
{
    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(property switch
    {
        EndpointProperty.Url => endpoint.Url,
        EndpointProperty.Host => endpoint.Host,
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Scheme => endpoint.Scheme,
        EndpointProperty.HostAndPort => $"{endpoint.Host}:{endpoint.Port}",
        _ => $"{endpoint.Port}", // nothing stands in between: the target port is the port
    });
}

/// <summary>The parts of an endpoint's address.</summary>
public enum EndpointProperty
{
    /// <summary>All of it.</summary>
    Url,

    /// <summary>The host name.</summary>
    Host,

    /// <summary>The host as an IPv4 address.</summary>
    IPV4Host,

    /// <summary>The port others connect to.</summary>
    Port,

    /// <summary>The scheme.</summary>
    Scheme,

    /// <summary>The port the process listens on.</summary>
    TargetPort,

    /// <summary><c>host:port</c>.</summary>
    HostAndPort,
}
