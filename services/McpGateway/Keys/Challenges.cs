using MjAspire.McpGateway.Keys.Tokens;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Keys;

/// <summary>How callers are turned away, whatever they presented.</summary>
internal static class Challenges
{
    /// <summary>RFC 6750: a wrong token is named as such, an absent one is only asked for. RFC 9728: and where to get one.</summary>
    public static Task UnauthorizedAsync(HttpContext context)
    {
        var presented = Presented.By(context.Request) is not null;
        if (!presented)
            context.RequestServices.GetRequiredService<GatewayMetrics>().AuthenticationFailed("missing");

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"MjAspire\"" + (presented ? ", error=\"invalid_token\"" : "")
            + (TokensSetup.MetadataUrl(context) is { } url ? $", resource_metadata=\"{url}\"" : "");
        return Problems.Of(StatusCodes.Status401Unauthorized, "E_AUTHENTICATION_FAILED", presented
                ? "This API key is not known, has expired or was revoked."
                : "An API key is needed: send it as 'Authorization: Bearer mjk_...'.")
            .ExecuteAsync(context);
    }

    public static Task ForbiddenAsync(HttpContext context)
    {
        var needed = context.GetEndpoint()?.Metadata.GetMetadata<NeedsScope>();
        if (needed is not null)
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"MjAspire\", error=\"insufficient_scope\", scope=\"{string.Join(' ', needed.AnyOf)}\"";
        return Problems.Of(StatusCodes.Status403Forbidden, "E_FORBIDDEN", needed is null
                ? "This is not for holders of this key."
                : $"This needs a key with the scope {needed}.")
            .ExecuteAsync(context);
    }

    public static Task IssuerAwayAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "10";
        return Problems.Of(503, "E_UNAVAILABLE", "Whoever issued this token cannot be asked for its keys. Try again.").ExecuteAsync(context);
    }
}
