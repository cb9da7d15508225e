using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Fetching;

internal static class FetchingFeature
{
    public static WebApplicationBuilder AddFetching(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<FetchingOptions>()
            .Bind(builder.Configuration.GetSection("Fetching"))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        // Time is bounded by the attempt, which includes the body; the client's own limit would end with the headers.
        builder.Services.AddGuardedHttpClient(ImageDownload.Client, client => client.Timeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton<ImageDownload>();
        builder.Services.AddSingleton<ImageFetcher>();
        return builder;
    }
}
