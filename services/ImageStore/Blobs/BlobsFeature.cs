using Microsoft.Extensions.Options;

namespace MjAspire.ImageStore.Blobs;

internal static class BlobsFeature
{
    public static WebApplicationBuilder AddBlobs(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Blobs");
        builder.Services.AddOptions<BlobOptions>()
            .Bind(section)
            .Validate(options => options.Problem is null, section.Get<BlobOptions>()?.Problem ?? new BlobOptions().Problem!)
            .ValidateOnStart();
        builder.Services.AddSingleton<Drafts>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Drafts>());
        builder.Services.AddSingleton(Choose);
        builder.Services.AddSingleton<BlobKeeper>();
        builder.Services.AddExceptionHandler<StorageFailures>();
        builder.Services.AddHealthChecks().AddCheck<BlobsHealth>("blobs");
        return builder;
    }

    private static IBlobs Choose(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<BlobOptions>>();
        return options.Value.Kind switch
        {
            BlobsKind.Azure => ActivatorUtilities.CreateInstance<AzureBlobs>(services),
            BlobsKind.S3 => ActivatorUtilities.CreateInstance<S3Blobs>(services),
            _ => new LocalBlobs(options),
        };
    }
}
