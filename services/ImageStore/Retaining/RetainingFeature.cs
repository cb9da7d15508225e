namespace MjAspire.ImageStore.Retaining;

internal static class RetainingFeature
{
    public static WebApplicationBuilder AddRetaining(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetainingOptions>()
            .Bind(builder.Configuration.GetSection("Retaining"))
            .ValidateDataAnnotations()
            .Validate(options => options.Interval > TimeSpan.Zero, "Retaining:Interval is longer than nothing.")
            .ValidateOnStart();
        builder.Services.AddSingleton<Expiry>();
        builder.Services.AddSingleton<BlobSweep>();
        builder.Services.AddSingleton<RetainingLoop>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RetainingLoop>());
        return builder;
    }
}
