namespace MjAspire.McpGateway.Rest;

/// <summary>
/// Web pages of these origins may call the gateway, with a key of their own: <c>Cors:AllowedOrigins</c>, <c>https://host[:port]</c>.
/// None, when not said: agents and servers are no web pages.
/// </summary>
internal static class CrossOrigin
{
    private static readonly string[] Shown =
        ["Location", "Retry-After", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "WWW-Authenticate", "Mcp-Session-Id"];

    public static WebApplicationBuilder AddCrossOrigin(this WebApplicationBuilder builder)
    {
        var origins = builder.Configuration.GetSection("Cors:AllowedOrigins").Get<string[]>() ?? [];
        if (origins.FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong)
            throw new InvalidOperationException($"Cors:AllowedOrigins holds '{wrong}', which is no origin such as https://app.example.com.");

        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins)
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .AllowAnyHeader()
            .WithExposedHeaders(Shown)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return builder;
    }

    /// <summary>Scheme and authority and nothing more. A star would let every page in.</summary>
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}
