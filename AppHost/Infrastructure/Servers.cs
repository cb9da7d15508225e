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
    IResourceBuilder<IResourceWithConnectionString> Messaging);

/// <summary>Where the servers come from: <c>Infrastructure:Mode</c>.</summary>
internal enum InfrastructureMode
{
    /// <summary>A container engine.</summary>
    Containers,

    /// <summary>The distribution's own programs, run by eng/servers.</summary>
    Processes,

    /// <summary>Elsewhere: ConnectionStrings__jobs and so on say where.</summary>
    External,
}

internal static class ServersExtensions
{
    /// <summary>
    /// The servers of <c>Infrastructure:Mode</c>. Without it: containers if an engine answers, else processes; the choice is printed. Published, they
    /// are always containers.
    /// </summary>
    public static Servers AddServers(this IDistributedApplicationBuilder builder) => Choose(builder) switch
    {
        InfrastructureMode.Processes => Processes.Add(builder),
        InfrastructureMode.External => External.Add(builder),
        _ => Containers.Add(builder),
    };

    private static InfrastructureMode Choose(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return InfrastructureMode.Containers;
        if (builder.Configuration.GetValue<InfrastructureMode?>("Infrastructure:Mode") is { } mode)
            return mode;

        var engine = ContainerEngine.Find(builder.Configuration);
        Console.WriteLine(engine is null
            ? "Infrastructure: Processes, because no container engine answers. Infrastructure__Mode chooses."
            : $"Infrastructure: Containers, because {engine} answers. Infrastructure__Mode chooses.");
        return engine is null ? InfrastructureMode.Processes : InfrastructureMode.Containers;
    }
}
