using Microsoft.Extensions.Options;
using MjAspire.JobService.Providers.Midjourney;
using MjAspire.JobService.Providers.OpenAi;
using MjAspire.JobService.Providers.WorkersAi;

namespace MjAspire.JobService.Providers;

/// <summary>The engines that can draw.</summary>
internal static class Registration
{
    /// <summary>Base64 of the largest picture ImageStore takes, bytes.</summary>
    private const int LargestPicture = 70 << 20;

    public static void AddProviders(this WebApplicationBuilder builder)
    {
        builder.AddOptions<MidjourneyOptions>("Midjourney", "MIDJOURNEY_API_KEY", (options, key) => options.ApiKey = key);
        builder.AddClient<MidjourneyOptions>(MidjourneyProvider.ProviderName, MidjourneyProvider.LongestAnswer, (http, options) =>
        {
            http.BaseAddress = options.BaseUrl is null ? null : Folder(options.BaseUrl);
            http.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
            if (options.ApiKey.Length > 0)
                http.DefaultRequestHeaders.Add("mj-api-secret", options.ApiKey);
        });

        builder.AddOptions<WorkersAiOptions>("WorkersAi", "WORKERS_AI_API_TOKEN", (options, key) => options.ApiToken = key);
        builder.AddClient<WorkersAiOptions>(WorkersAiProvider.ProviderName, LargestPicture, (http, options) =>
        {
            http.BaseAddress = Folder(options.BaseUrl);
            http.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
            http.DefaultRequestHeaders.Authorization = new("Bearer", options.ApiToken);
        });

        builder.AddOptions<OpenAiOptions>("OpenAi", "OPENAI_API_KEY", (options, key) => options.ApiKey = key);
        builder.AddClient<OpenAiOptions>(OpenAiProvider.ProviderName, LargestPicture, (http, options) =>
        {
            http.BaseAddress = options.BaseUrl is null ? null : Folder(options.BaseUrl);
            http.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
            http.DefaultRequestHeaders.Authorization = new("Bearer", options.ApiKey);
        });

        builder.Services.AddSingleton<IImageProvider, MidjourneyProvider>();
        builder.Services.AddSingleton<IImageProvider, WorkersAiProvider>();
        builder.Services.AddSingleton<IImageProvider, OpenAiProvider>();
        builder.Services.AddSingleton<ModelCatalogue>().AddSingleton<ImageProviders>();
        builder.Services.AddOptions<CallbackOptions>().BindConfiguration("Webhooks")
            .Validate(options => options is { PublicUrl: not null, TokenKey.Length: >= 16 }, "Webhooks:PublicUrl and Webhooks:TokenKey must be set.")
            .ValidateOnStart();
        builder.Services.AddSingleton<CallbackUrls>();
    }

    /// <summary>An engine's section, with its key from the environment where it is there.</summary>
    private static void AddOptions<T>(this WebApplicationBuilder builder, string section, string keyVariable, Action<T, string> setKey) where T : class =>
        builder.Services.AddOptions<T>().BindConfiguration(section)
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                if (configuration[keyVariable] is { Length: > 0 } key)
                    setKey(options, key);
            })
            .ValidateDataAnnotations().ValidateOnStart();

    private static void AddClient<T>(this WebApplicationBuilder builder, string name, int largestAnswer, Action<HttpClient, T> configure) where T : class =>
        builder.Services.AddHttpClient(name, (services, http) =>
        {
            http.MaxResponseContentBufferSize = largestAnswer;
            configure(http, services.GetRequiredService<IOptions<T>>().Value);
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        });

    /// <summary>An address that paths are put behind, not in place of.</summary>
    private static Uri Folder(Uri address) => new(address.AbsoluteUri.TrimEnd('/') + "/");
}
