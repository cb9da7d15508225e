using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What the AppHost's text says for Aspire's engine only. None of it can be run here, and each says so.</summary>
public static class ContainerExtensions
{
    /// <summary>Not here.</summary>
    public static IResourceBuilder<ContainerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name) => throw Refusal(name);

    /// <summary>Not here.</summary>
    public static IResourceBuilder<ContainerResource> AddDatabase(this IResourceBuilder<ContainerResource> builder, string name) => throw Refusal(name);

    /// <summary>Not here.</summary>
    public static IResourceBuilder<ContainerResource> AddRedis(this IDistributedApplicationBuilder builder, string name) => throw Refusal(name);

    /// <summary>Not here.</summary>
    public static IResourceBuilder<ContainerResource> AddRabbitMQ(this IDistributedApplicationBuilder builder, string name) => throw Refusal(name);

    /// <summary>Not here.</summary>
    public static IResourceBuilder<ContainerResource> WithDataVolume(this IResourceBuilder<ContainerResource> builder) =>
        throw Refusal(builder.Resource.Name);

    /// <summary>Not here.</summary>
    public static void AddAzureContainerAppEnvironment(this IDistributedApplicationBuilder builder, string name) => throw Refusal(name);

    private static DistributedApplicationException Refusal(string name) => new(
        $"'{name}' is a container, and this AppHost was built without Aspire's packages. " +
        "Run it with Infrastructure__Mode=Processes or External, or build it with -p:AppHostEngine=aspire.");
}
