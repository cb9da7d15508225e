using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Keys.Tokens;

/// <summary>RFC 9728: where a client that has no token learns who gives one.</summary>
internal static class TokensSetup
{
    public const string MetadataPath = "/.well-known/oauth-protected-resource";

    public static WebApplicationBuilder AddTokens(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<TokenSettings>()
            .Bind(builder.Configuration.GetSection("Tokens"))
            .Configure(tokens => tokens.Audience ??= Resource(builder.Configuration))
            .Validate(tokens => !tokens.IsOn || !string.IsNullOrEmpty(tokens.Audience), "Tokens:Audience must be set, or Images:PublicUrl.")
            .Validate(tokens => TokenSettings.IsSafe(tokens.Issuer is "" ? null : tokens.Issuer) && TokenSettings.IsSafe(tokens.KeysUrl),
                "Tokens:Issuer and Tokens:KeysUrl must be https addresses.")
            .ValidateOnStart();
        // The first token of a key that is new waits until the issuer is asked for it, instead of being refused.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        builder.Services.AddSingleton<IssuerDocuments>().AddSingleton<IConfigureOptions<JwtBearerOptions>, IssuedTokens>();
        builder.Services.AddHttpClient(IssuerDocuments.Client)
            .ConfigureHttpClient(http => (http.Timeout, http.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(5), 256 << 10))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        return builder;
    }

    public static void MapTokens(this WebApplication app)
    {
        foreach (var path in new[] { MetadataPath, MetadataPath + "/mcp" })
            app.MapGet(path, Show).AllowAnonymous().Describe("Who gives access tokens (RFC 9728)", "E_NOT_FOUND");
    }

    /// <summary>The address of the metadata, for <c>WWW-Authenticate</c>; null when tokens are not taken.</summary>
    public static string? MetadataUrl(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<TokenSettings>>().Value.IsOn ? $"{Base(context)}{MetadataPath}/mcp" : null;

    private static Results<Ok<ProtectedResource>, ProblemHttpResult> Show(HttpContext context, IOptions<TokenSettings> settings) =>
        settings.Value.IsOn
            ? TypedResults.Ok(new ProtectedResource(settings.Value.Audience!, [settings.Value.Issuer!], Scopes.All, ["header"], "MjAspire"))
            : Problems.Of(404, "E_NOT_FOUND", "Only API keys are taken here.");

    private static string? Resource(IConfiguration configuration) =>
        configuration["Images:PublicUrl"] is { Length: > 0 } url ? $"{url.TrimEnd('/')}/mcp" : null;

    private static string Base(HttpContext context) =>
        (context.RequestServices.GetRequiredService<IConfiguration>()["Images:PublicUrl"] ?? $"{context.Request.Scheme}://{context.Request.Host}").TrimEnd('/');
}

/// <summary>Protected resource metadata.</summary>
/// <param name="Resource">What to ask a token for.</param>
internal sealed record ProtectedResource(
    string Resource, IReadOnlyList<string> AuthorizationServers, IReadOnlyList<string> ScopesSupported, IReadOnlyList<string> BearerMethodsSupported,
    string ResourceName);
