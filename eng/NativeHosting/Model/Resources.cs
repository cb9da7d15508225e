namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application, known to the others by its name.</summary>
public interface IResource
{
    /// <summary>Unique in the application.</summary>
    string Name { get; }
}

/// <summary>A resource that takes environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that takes command line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can be started after others.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource others find by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>A resource others reach by a connection string.</summary>
public interface IResourceWithConnectionString : IResource, IValueProvider
{
    /// <summary>The connection string, once the application runs.</summary>
    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default);
}

/// <summary>What is known of a resource: everything the With... methods put there.</summary>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc />
    public string Name { get; } = name;

    internal Dictionary<string, object> Environment { get; } = new(StringComparer.Ordinal);

    internal List<object> Arguments { get; } = [];

    internal List<EndpointAnnotation> Endpoints { get; } = [];

    internal HashSet<Resource> WaitsFor { get; } = [];

    internal HashSet<string> HealthChecks { get; } = new(StringComparer.Ordinal);

    internal int Replicas { get; set; } = 1;

    internal EndpointAnnotation Endpoint(string endpointName) =>
        Endpoints.Find(endpoint => endpoint.Name == endpointName)
        ?? throw new DistributedApplicationException($"The resource '{Name}' has no endpoint '{endpointName}'.");
}

/// <summary>A program of ours, built with the AppHost.</summary>
public sealed class ProjectResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal ProjectResource(string name, string projectPath, LaunchProfile launchProfile) : base(name) =>
        (ProjectPath, LaunchProfile) = (projectPath, launchProfile);

    internal string ProjectPath { get; }

    internal LaunchProfile LaunchProfile { get; }
}

/// <summary>A program that is there already.</summary>
public sealed class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    /// <summary>A path, or a name to be found in PATH.</summary>
    public string Command { get; } = command;

    /// <summary>Where it runs.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}

/// <summary>A connection string that others refer to by name.</summary>
public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <inheritdoc />
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        connectionStringExpression.GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetConnectionStringAsync(cancellationToken);
}

/// <summary>A container of Aspire's engine. Here it is only a name: none can be made.</summary>
public abstract class ContainerResource(string name) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <inheritdoc />
    public abstract ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default);

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetConnectionStringAsync(cancellationToken);
}
