using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MjAspire.AppHost.Infrastructure;

/// <summary>
/// The servers as the distribution's own programs: private data, loopback only. See eng/servers. Who needs the broker waits for it: a bus that finds
/// none tries again after five seconds, then ten. For Postgres and Redis the services wait themselves, in less; starting beside them saves seconds.
/// </summary>
internal static class Processes
{
    public static Servers Add(IDistributedApplicationBuilder builder)
    {
        string[] databases = ["jobs", "deliveries", "images", "gateway", "callbacks"];
        var (postgres, redis, rabbit) = (builder.AddServer("postgres", databases), builder.AddServer("redis"), builder.AddServer("rabbitmq"));
        var (postgresAt, redisAt, rabbitAt) = (postgres.GetEndpoint("tcp"), redis.GetEndpoint("tcp"), rabbit.GetEndpoint("tcp"));

        IConnection? toRabbit = null;
        builder.Services.AddHealthChecks()
            .AddNpgSql(_ => $"Host={postgresAt.Host};Port={postgresAt.Port};Username=postgres;Database=postgres;Pooling=false", name: "postgres")
            .AddRedis(_ => $"{redisAt.Host}:{redisAt.Port},abortConnect=false", name: "redis")
            .AddRabbitMQ(async _ => toRabbit ??= await ConnectAsync(rabbitAt), name: "rabbitmq");
        postgres.WithHealthCheck("postgres").WithIconName("DatabaseMultiple");
        redis.WithHealthCheck("redis").WithIconName("Flash");
        rabbit.WithHealthCheck("rabbitmq").WithIconName("Mailbox");

        return new(
            Jobs: Database("jobs"),
            Deliveries: Database("deliveries"),
            Images: Database("images"),
            Gateway: Database("gateway"),
            Callbacks: Database("callbacks"),
            Cache: Connection("cache", redis, ReferenceExpression.Create($"{redisAt.Property(EndpointProperty.HostAndPort)}")),
            Messaging: Connection("messaging", rabbit, ReferenceExpression.Create($"amqp://guest:guest@{rabbitAt.Property(EndpointProperty.HostAndPort)}")).WaitFor(rabbit));

        IResourceBuilder<IResourceWithConnectionString> Database(string name) => Connection(name, postgres, ReferenceExpression.Create(
            $"Host={postgresAt.Property(EndpointProperty.Host)};Port={postgresAt.Property(EndpointProperty.Port)};Username=postgres;Database={name}"));

        IResourceBuilder<ConnectionStringResource> Connection(string name, IResourceBuilder<ExecutableResource> server, ReferenceExpression text) =>
            builder.AddConnectionString(name, text).WithParentRelationship(server);
    }

    /// <summary><c>eng/servers/{name} {data folder} {port} {databases}</c>. It listens itself, without a proxy: a server that is away refuses at once.</summary>
    private static IResourceBuilder<ExecutableResource> AddServer(this IDistributedApplicationBuilder builder, string name, params string[] databases)
    {
        var script = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "eng", "servers", name));
        var server = builder.AddExecutable(name, script, builder.AppHostDirectory).WithEndpoint(scheme: "tcp", name: "tcp", isProxied: false);
        return server
            .WithArgs(builder.StatePath(name), server.GetEndpoint("tcp").Property(EndpointProperty.TargetPort))
            .WithArgs(databases);
    }

    /// <summary>Asks until the broker answers, so that who waits for it is told at once: Aspire asks a check that failed again after 1, 2, 3 … seconds.</summary>
    private static async Task<IConnection> ConnectAsync(EndpointReference endpoint)
    {
        var factory = new ConnectionFactory
        {
            Uri = new($"amqp://guest:guest@{endpoint.Host}:{endpoint.Port}"),
            NetworkRecoveryInterval = TimeSpan.FromSeconds(1),
        };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await factory.CreateConnectionAsync(patience.Token);
            }
            catch (BrokerUnreachableException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }
    }
}
