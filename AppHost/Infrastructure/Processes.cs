namespace MjAspire.AppHost.Infrastructure;

/// <summary>The servers as the distribution's own programs: private data, loopback only. See eng/servers.</summary>
internal static class Processes
{
    public static Servers Add(IDistributedApplicationBuilder builder)
    {
        var postgres = builder.AddServer("postgres", Handshake.Postgres).WithArgs("jobs", "deliveries", "images", "gateway", "callbacks");
        var redis = builder.AddServer("redis", Handshake.Redis);
        var rabbit = builder.AddServer("rabbitmq", Handshake.RabbitMq);
        return new(
            Jobs: Database("jobs"),
            Deliveries: Database("deliveries"),
            Images: Database("images"),
            Gateway: Database("gateway"),
            Callbacks: Database("callbacks"),
            Cache: builder.AddConnectionString("cache", ReferenceExpression.Create($"{At(redis)}")).WaitFor(redis),
            Messaging: builder.AddConnectionString("messaging", ReferenceExpression.Create($"amqp://guest:guest@{At(rabbit)}")).WaitFor(rabbit));

        IResourceBuilder<IResourceWithConnectionString> Database(string name)
        {
            var endpoint = postgres.GetEndpoint("tcp");
            return builder.AddConnectionString(name, ReferenceExpression.Create(
                $"Host={endpoint.Property(EndpointProperty.Host)};Port={endpoint.Property(EndpointProperty.Port)};Username=postgres;Database={name}"))
                .WaitFor(postgres);
        }
    }

    private static EndpointReferenceExpression At(IResourceBuilder<ExecutableResource> server) =>
        server.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort);

    /// <summary><c>eng/servers/{name} {data folder} {port}</c>; healthy once it speaks its protocol.</summary>
    private static IResourceBuilder<ExecutableResource> AddServer(this IDistributedApplicationBuilder builder, string name, Handshake handshake)
    {
        var script = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "eng", "servers", name));
        var server = builder.AddExecutable(name, script, builder.AppHostDirectory).WithEndpoint(scheme: "tcp", name: "tcp");
        var endpoint = server.GetEndpoint("tcp");
        return server
            .WithArgs(builder.StatePath(name), endpoint.Property(EndpointProperty.TargetPort))
            .WithHealthCheck(builder.AddHandshakeCheck(name, handshake, endpoint));
    }
}
