namespace MjAspire.ImageStore.Blobs;

internal static class BlobsFeature
{
    public static WebApplicationBuilder AddBlobs(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<BlobOptions>()
            .Bind(builder.Configuration.GetSection("Blobs"))
            .Validate(options => options.Path.Length > 0, "Blobs:Path must be set to the folder pictures are kept in.")
            .ValidateOnStart();
        builder.Services.AddSingleton<Drafts>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Drafts>());
        builder.Services.AddSingleton<IBlobs, LocalBlobs>();
        builder.Services.AddHealthChecks().AddCheck<BlobsHealth>("blobs");
        return builder;
    }
}
