using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Auditing;

/// <summary>Every mutation over HTTP is noted; <c>GET /api/audit</c> shows the notes to an administrator.</summary>
internal static class AuditSetup
{
    private const int MostOnAPage = 200;

    public static WebApplicationBuilder AddAuditing(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuditSettings>()
            .Bind(builder.Configuration.GetSection("Auditing"))
            .Validate(audit => audit is { RetentionDays: > 0 and <= 3_650, MostRows: > 0 }, "Auditing:RetentionDays is 1 to 3650, Auditing:MostRows at least 1.")
            .ValidateOnStart();
        builder.Services.AddSingleton<AuditTable>().AddSingleton<AuditLog>().AddHostedService<AuditWriter>();
        return builder;
    }

    /// <summary>Stands between who is it and may he, so that what was refused is noted too.</summary>
    public static WebApplication UseAuditing(this WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var asked = time.GetUtcNow();
            await next(context);
            if (IsMutation(context))
                Note(context, asked);
        });
        return app;
    }

    public static WebApplication MapAudit(this WebApplication app)
    {
        app.MapGet("/api/audit", ListAsync).RequireScope(Scopes.Admin).LimitAs(RouteClass.Admin)
            .Describe("Who changed what, and what came of it, newest first", "E_LIMIT", "400 E_INVALID_STATUS");
        return app;
    }

    /// <summary>
    /// MCP says what it does in its body: its tools note for themselves. What was refused for its haste changed nothing and comes in floods.
    /// </summary>
    private static bool IsMutation(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method)
        && context.Response.StatusCode != StatusCodes.Status429TooManyRequests
        && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } && route is not ("/mcp" or "/sse" or "/messages");

    private static void Note(HttpContext context, DateTimeOffset asked)
    {
        var route = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.RawText;
        var made = context.Response.Headers.Location.ToString();
        context.RequestServices.GetRequiredService<AuditLog>().Note(
            context.User, asked, $"{context.Request.Method} {route}", made.Length > 0 ? made : context.Request.Path,
            context.Response.StatusCode, context.Connection.RemoteIpAddress?.ToString());
    }

    private static async Task<Results<Ok<AuditPage>, ProblemHttpResult>> ListAsync(
        AuditTable table, CancellationToken cancellationToken,
        Guid? owner_id = null, string? key_id = null, string? outcome = null, int limit = 50, Guid? cursor = null)
    {
        if (limit is < 1 or > MostOnAPage)
            return Problems.Of(400, "E_LIMIT", $"A page has 1 to {MostOnAPage} entries.");
        if (outcome is not (null or "ok" or "refused" or "failed"))
            return Problems.Of(400, "E_INVALID_STATUS", "outcome is ok, refused or failed.");

        var found = await table.ListAsync(owner_id, key_id, outcome, cursor, limit + 1, cancellationToken);
        var page = found.Take(limit).ToList();
        return TypedResults.Ok(new AuditPage(page, found.Count > limit ? page[^1].Id : null));
    }
}

/// <summary>A page of the audit log, newest first.</summary>
/// <param name="NextCursor">Leads to the next page; null on the last.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, Guid? NextCursor);
