namespace MjAspire.McpGateway.Limiting;

/// <summary>Routes that share a bucket: making pictures leaves asking for them free, and the other way round.</summary>
internal enum RouteClass
{
    /// <summary>Lists, pictures, webhooks, <c>/mcp</c>: everything that is none of the others.</summary>
    Read,

    /// <summary>What starts a job, and may cost money.</summary>
    Generate,

    /// <summary>Asking how far a job is.</summary>
    Poll,

    /// <summary>Keys, settings, the audit log.</summary>
    Admin,
}

/// <summary>On an endpoint: which bucket it takes from.</summary>
internal sealed record LimitedAs(RouteClass Class)
{
    /// <summary>How many tokens a request takes, where it is not one.</summary>
    public Func<HttpContext, ValueTask<int>>? Tokens { get; init; }
}

internal static class RouteClasses
{
    public static TBuilder LimitAs<TBuilder>(this TBuilder endpoints, RouteClass limited) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new LimitedAs(limited));

    /// <summary>As it is written in headers, settings and bucket names.</summary>
    public static string NameOf(RouteClass limited) => limited switch
    {
        RouteClass.Generate => "generate",
        RouteClass.Poll => "poll",
        RouteClass.Admin => "admin",
        _ => "read",
    };

    public static readonly string[] Names = [.. Enum.GetValues<RouteClass>().Select(NameOf)];
}
