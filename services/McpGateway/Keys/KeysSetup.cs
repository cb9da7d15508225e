using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using MjAspire.McpGateway.Auditing;
using MjAspire.McpGateway.Keys.Tokens;

namespace MjAspire.McpGateway.Keys;

internal static class KeysSetup
{
    /// <summary>Everything needs a key, except what says otherwise.</summary>
    public static WebApplicationBuilder AddApiKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyTable>().AddSingleton<ApiKeyLookup>().AddHostedService<AdminKey>();

        builder.AddTokens();

        // AddAuthentication would bring data protection, and with it a key file nobody needs: no cookies are made here.
        builder.Services.AddAuthenticationCore(schemes => schemes.DefaultScheme = ApiKeyHandler.SchemeName).AddWebEncoders();
        new AuthenticationBuilder(builder.Services).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(ApiKeyHandler.SchemeName).RequireAuthenticatedUser().Build());
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
}
