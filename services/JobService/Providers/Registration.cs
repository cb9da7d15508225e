using Microsoft.Extensions.Options;
using MjAspire.JobService.Providers.Midjourney;

namespace MjAspire.JobService.Providers;

/// <summary>The engines that can draw.</summary>
internal static class Registration
{
    public static void AddProviders(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MidjourneyOptions>().BindConfiguration("Midjourney")
            .PostConfigure<IConfiguration>((options, configuration) =>
                options.ApiKey = configuration["MIDJOURNEY_API_KEY"] is { Length: > 0 } key ? key : options.ApiKey)
            .ValidateDataAnnotations().ValidateOnStart();

        builder.Services.AddHttpClient(MidjourneyProvider.ProviderName, (services, http) =>
        {
            var options = services.GetRequiredService<IOptions<MidjourneyOptions>>().Value;
            http.BaseAddress = new Uri(options.BaseUrl!.AbsoluteUri.TrimEnd('/') + "/");
            http.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
            http.MaxResponseContentBufferSize = MidjourneyProvider.LongestAnswer;
            if (options.ApiKey.Length > 0)
                http.DefaultRequestHeaders.Add("mj-api-secret", options.ApiKey);
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        });
        builder.Services.AddSingleton<IImageProvider, MidjourneyProvider>();
        builder.Services.AddSingleton<ImageProviders>();
        builder.Services.AddOptions<CallbackOptions>().BindConfiguration("Webhooks")
            .Validate(options => options is { PublicUrl: not null, TokenKey.Length: >= 16 }, "Webhooks:PublicUrl and Webhooks:TokenKey must be set.")
            .ValidateOnStart();
        builder.Services.AddSingleton<CallbackUrls>();
    }
}
