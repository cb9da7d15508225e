using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using MjAspire.JobService.Administering;
using MjAspire.JobService.Providers.Keys;
using MjAspire.JobService.Providers.Midjourney;
using MjAspire.JobService.Providers.OpenAi;
using MjAspire.JobService.Providers.WorkersAi;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Providers;

/// <summary>The engines that can draw, and the accounts we have with them.</summary>
internal static partial class Registration
{
    /// <summary>Base64 of the largest picture ImageStore takes, bytes.</summary>
    public const int LargestPicture = 70 << 20;

    public static void AddProviders(this WebApplicationBuilder builder)
    {
        builder.AddEngine<MidjourneyOptions>(MidjourneyProvider.Engine, "Midjourney", "MIDJOURNEY_API_KEY",
            (services, name, options) => new MidjourneyProvider(name, options, services.GetRequiredService<IHttpClientFactory>(), services.GetRequiredService<TimeProvider>()));
        builder.AddEngine<WorkersAiOptions>(WorkersAiProvider.Engine, "WorkersAi", "WORKERS_AI_API_TOKEN",
            (services, name, options) => new WorkersAiProvider(name, options, services.GetRequiredService<IHttpClientFactory>()));
        builder.AddEngine<OpenAiOptions>(OpenAiProvider.Engine, "OpenAi", "OPENAI_API_KEY",
            (services, name, options) => new OpenAiProvider(name, options, services.GetRequiredService<IHttpClientFactory>()));

        builder.Services.AddSingleton<ModelCatalogue>().AddSingleton<ImageProviders>().AddSingleton<RestingAccounts>();
        builder.Services.AddSeal("MjAspire.JobService", "MjAspire.JobService.ProviderKeys");
        builder.Services.AddSingleton<ProviderKeys>().AddSingleton<AccountKeys>().AddSingleton<KeyTrial>().AddSingleton<AccountViews>();
        builder.Services.AddOptions<CallbackOptions>().BindConfiguration("Webhooks")
            .Validate(options => options is { PublicUrl: not null, TokenKey.Length: >= 16 }, "Webhooks:PublicUrl and Webhooks:TokenKey must be set.")
            .ValidateOnStart();
        builder.Services.AddSingleton<CallbackUrls>();
    }

    /// <summary>One provider an account: the engine's section itself, and each of its <c>Accounts</c>.</summary>
    private static void AddEngine<T>(
        this WebApplicationBuilder builder, string engine, string section, string keyVariable, Func<IServiceProvider, string, T, IImageProvider> create)
        where T : EngineOptions, new()
    {
        var configuration = builder.Configuration.GetSection(section);
        var first = new T();
        configuration.Bind(first);
        if (builder.Configuration[keyVariable] is { Length: > 0 } key)
            first.Key = key;
        builder.AddAccount(new(engine, EngineAccount.Default, engine, first), first, create);

        foreach (var account in configuration.GetSection("Accounts").GetChildren())
        {
            if (!AccountName().IsMatch(account.Key) || account.Key == EngineAccount.Default)
                throw new InvalidOperationException($"{section}:Accounts:{account.Key}: an account's name has 1 to 16 small letters, digits and hyphens, and is not 'default'.");
            var options = new T();
            configuration.Bind(options);
            options.Key = first.Key;
            account.Bind(options);
            builder.AddAccount(new(engine, account.Key, $"{engine}-{account.Key}", options), options, create);
        }
    }

    private static void AddAccount<T>(
        this WebApplicationBuilder builder, EngineAccount account, T options, Func<IServiceProvider, string, T, IImageProvider> create) where T : EngineOptions
    {
        if (!options.IsSetUp)
            return;

        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        builder.Services.AddSingleton(account).AddSingleton(services => create(services, account.Provider, options));
        builder.Services.AddHttpClient(account.Provider, http =>
        {
            http.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
            options.Configure(http);
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        }).AddHttpMessageHandler(services => new AccountKeyHandler(account, services.GetRequiredService<AccountKeys>()));
    }

    /// <summary>It is a part of callback addresses.</summary>
    [GeneratedRegex("^[a-z0-9-]{1,16}$", RegexOptions.NonBacktracking)]
    private static partial Regex AccountName();
}
