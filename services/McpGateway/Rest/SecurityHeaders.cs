namespace MjAspire.McpGateway.Rest;

/// <summary>What browsers are told with every answer: it is what its type says, belongs in no frame, loads nothing.</summary>
internal static class SecurityHeaders
{
    /// <summary>The pages to try the API run scripts of ours, and ask this very server.</summary>
    private const string PagesPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private const string ContentPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            // At the last moment: an exception's answer begins by clearing the headers, and forwarded ones bring their own.
            context.Response.OnStarting(Set, context);
            return next(context);
        });
        return app;
    }

    private static Task Set(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase) ? PagesPolicy : ContentPolicy;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        return Task.CompletedTask;
    }
}
