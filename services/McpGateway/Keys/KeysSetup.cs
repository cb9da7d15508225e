using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using MjAspire.McpGateway.Auditing;
using MjAspire.McpGateway.Keys.Tokens;

namespace MjAspire.McpGateway.Keys;

internal static class KeysSetup
{
    private const string KeyOrToken = "KeyOrToken";

    /// <summary>Everything needs a key, except what says otherwise.</summary>
    public static WebApplicationBuilder AddApiKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyTable>().AddSingleton<ApiKeyLookup>().AddHostedService<AdminKey>();

        builder.AddTokens();

        // AddAuthentication would bring data protection, and with it a key file nobody needs: no cookies are made here.
        builder.Services.AddAuthenticationCore(schemes => schemes.DefaultScheme = KeyOrToken).AddWebEncoders();
        new AuthenticationBuilder(builder.Services)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddScheme<JwtBearerOptions, JwtBearerHandler>(IssuedTokens.SchemeName, null)
            .AddPolicyScheme(KeyOrToken, null, policy => policy.ForwardDefaultSelector = SchemeOf);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return builder;
    }

    /// <summary>What is refused for want of a scope is noted like what is done.</summary>
    public static WebApplication UseApiKeys(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuditing();
        app.UseAuthorization();
        return app;
    }

    private static string SchemeOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<TokenSettings>>().Value.IsOn
        && Presented.By(context.Request) is { } text && IssuedTokens.IsToken(text) ? IssuedTokens.SchemeName : ApiKeyHandler.SchemeName;
}
