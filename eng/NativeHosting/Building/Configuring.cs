using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>The With... methods: what a part needs, listens on and is waited for.</summary>
public static class ResourceConfiguringExtensions
{
    /// <summary>Sets an environment variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Set(name, value ?? "");

    /// <summary>Sets an environment variable to an endpoint's address.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.Set(name, endpointReference);

    /// <summary>Sets an environment variable to a text made of other resources' values.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.Set(name, value);

    /// <summary>Sets an environment variable to a parameter's value.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Set(name, parameter.Resource);

    /// <summary>Adds arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args) where T : IResourceWithArgs
    {
        builder.Details().Arguments.AddRange(args);
        return builder;
    }

    /// <summary>Hands over a connection string, as <c>ConnectionStrings__name</c>.</summary>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null)
        where T : IResourceWithEnvironment => builder.Set($"ConnectionStrings__{connectionName ?? source.Resource.Name}", source.Resource);

    /// <summary>Tells where another part is, as <c>services__name__http__0</c> and <c>NAME_HTTP</c>.</summary>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithServiceDiscovery> source) where T : IResourceWithEnvironment =>
        builder.Set($"services__{source.Resource.Name}", new ServiceReference(source.Details()));

    /// <summary>Adds an endpoint, or gives the one of this name a port.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null,
        bool isProxied = true)
        where T : IResourceWithEndpoints
    {
        name ??= scheme ?? "tcp";
        var endpoints = builder.Details().Endpoints;
        if (endpoints.Find(endpoint => endpoint.Name == name) is not { } endpoint)
            endpoints.Add(endpoint = new(name));
        endpoint.UriScheme = scheme ?? "tcp";
        endpoint.Port = port ?? targetPort;
        endpoint.EnvironmentVariable = env;
        endpoint.IsProxied = isProxied;
        return builder;
    }

    /// <summary>Adds an HTTP endpoint.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null,
        bool isProxied = true)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Says that the endpoints are for the world; on one machine nothing follows from it.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints => builder;

    /// <summary>An endpoint, to be asked for once the application runs.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints =>
        new(builder.Details(), name);

    /// <summary>Runs several processes of it.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        builder.Resource.Replicas = replicas;
        return builder;
    }

    /// <summary>Starts it once the other part is up and healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        builder.Details().WaitsFor.Add(dependency.Details());
        return builder;
    }

    /// <summary>Counts it healthy when the check of this name does.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource
    {
        builder.Details().HealthChecks.Add(key);
        return builder;
    }

    /// <summary>Counts it healthy when all its replicas answer 200 at this path.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.GetEndpoint(endpointName ?? "http");
        var key = $"{builder.Resource.Name}_{endpoint.EndpointName}_{path}_{statusCode ?? 200}_check";
        var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromSeconds(5) };
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            foreach (var url in endpoint.Urls)
            {
                using var response = await http.GetAsync(new Uri(new(url), path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if ((int)response.StatusCode != (statusCode ?? 200))
                    return HealthCheckResult.Unhealthy($"{url}{path} answers {(int)response.StatusCode}");
            }

            return HealthCheckResult.Healthy();
        });
        return builder.WithHealthCheck(key);
    }

    internal static Resource Details<T>(this IResourceBuilder<T> builder) where T : IResource => (Resource)(object)builder.Resource;

    private static IResourceBuilder<T> Set<T>(this IResourceBuilder<T> builder, string name, object value) where T : IResource
    {
        builder.Details().Environment[name] = value;
        return builder;
    }
}

/// <summary>The addresses of all replicas of all endpoints of a resource, in one go.</summary>
internal sealed record ServiceReference(Resource Target);
