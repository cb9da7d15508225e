using Microsoft.Extensions.Configuration;

namespace MjAspire.AppHost.Infrastructure;

/// <summary>The servers' connection strings, by the names the services know: one database a service, Redis, RabbitMQ.</summary>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> Jobs,
    IResourceBuilder<IResourceWithConnectionString> Deliveries,
    IResourceBuilder<IResourceWithConnectionString> Images,
    IResourceBuilder<IResourceWithConnectionString> Gateway,
    IResourceBuilder<IResourceWithConnectionString> Callbacks,
    IResourceBuilder<IResourceWithConnectionString> Cache,
    IResourceBuilder<IResourceWithConnectionString> Messaging)
{
    /// <summary>Where the servers come from.</summary>
    private enum Mode
    {
        /// <summary>A container engine.</summary>
        Containers,

        /// <summary>The distribution's own programs, run by eng/servers.</summary>
        Processes,

        /// <summary>Elsewhere: ConnectionStrings__jobs and so on say where.</summary>
        External,
    }

#if NATIVE_ENGINE
    private const Mode Default = Mode.Processes;
#else
    private const Mode Default = Mode.Containers;
#endif

    /// <summary>The servers of <c>Infrastructure:Mode</c>; published, they are always containers.</summary>
    public static Servers Add(IDistributedApplicationBuilder builder)
    {
        var mode = builder.ExecutionContext.IsPublishMode
            ? Mode.Containers
            : builder.Configuration.GetValue("Infrastructure:Mode", Default);
        return mode switch
        {
            Mode.Processes => Processes.Add(builder),
            Mode.External => External.Add(builder),
            _ => Containers.Add(builder),
        };
    }
}

internal static class ServersExtensions
{
    public static Servers AddServers(this IDistributedApplicationBuilder builder) => Servers.Add(builder);
}
