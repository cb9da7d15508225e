namespace MjAspire.AppHost.Infrastructure;

/// <summary>Servers that run already; configuration says where: ConnectionStrings__jobs, __deliveries, __images, __gateway, __callbacks, __cache, __messaging.</summary>
internal static class External
{
    public static Servers Add(IDistributedApplicationBuilder builder) => new(
        Jobs: builder.AddConnectionString("jobs"),
        Deliveries: builder.AddConnectionString("deliveries"),
        Images: builder.AddConnectionString("images"),
        Gateway: builder.AddConnectionString("gateway"),
        Callbacks: builder.AddConnectionString("callbacks"),
        Cache: builder.AddConnectionString("cache"),
        Messaging: builder.AddConnectionString("messaging"));
}
