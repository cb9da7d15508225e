namespace MjAspire.AppHost.Infrastructure;

/// <summary>The servers in containers, their data in volumes.</summary>
internal static class Containers
{
    public static Servers Add(IDistributedApplicationBuilder builder)
    {
        // A volume outlives a run, so the passwords in it must as well.
        var postgres = builder.AddPostgres("postgres", password: builder.AddSecret("postgres-password", "Of the user postgres."))
            .WithArgs("-c", "max_connections=200") // each replica of a service opens up to 18
            .WithDataVolume().WithIconName("DatabaseMultiple");
        return new(
            Jobs: postgres.AddDatabase("jobs"),
            Deliveries: postgres.AddDatabase("deliveries"),
            Images: postgres.AddDatabase("images"),
            Gateway: postgres.AddDatabase("gateway"),
            Callbacks: postgres.AddDatabase("callbacks"),
            Cache: builder.AddRedis("cache", password: builder.AddSecret("cache-password", "Of Redis.")).WithIconName("Flash"),
            Messaging: builder.AddRabbitMQ("messaging", password: builder.AddSecret("messaging-password", "Of RabbitMQ's user guest."))
                .WithDataVolume().WithIconName("Mailbox"));
    }
}
