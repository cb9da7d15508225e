namespace MjAspire.AppHost.Infrastructure;

/// <summary>The servers in containers, their data in volumes.</summary>
internal static class Containers
{
    public static Servers Add(IDistributedApplicationBuilder builder)
    {
        var postgres = builder.AddPostgres("postgres").WithDataVolume();
        return new(
            Jobs: postgres.AddDatabase("jobs"),
            Deliveries: postgres.AddDatabase("deliveries"),
            Images: postgres.AddDatabase("images"),
            Gateway: postgres.AddDatabase("gateway"),
            Callbacks: postgres.AddDatabase("callbacks"),
            Cache: builder.AddRedis("cache"),
            Messaging: builder.AddRabbitMQ("messaging").WithDataVolume());
    }
}
