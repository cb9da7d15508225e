using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Pinging;
using MjAspire.WebhookIngress.Replaying;
using MjAspire.WebhookIngress.Storage;
using Npgsql;

namespace MjAspire.WebhookIngress.Remembering;

internal static class RememberingFeature
{
    /// <summary>The history's database is this service's only one, and it can do without.</summary>
    public static void AddRemembering(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("callbacks", isRequired: false);
        builder.Services.AddSingleton<CallbackTable>();
        builder.Services.AddSingleton<CallbackHistory>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CallbackHistory>());
        builder.Services.AddHostedService<HistoryRetention>();
    }

    /// <summary>For administrators, who come through the gateway.</summary>
    public static void MapHistory(this WebApplication app)
    {
        var callbacks = app.MapGroup("/api/callbacks").RequireInternalKey().AddEndpointFilter(WaitForTables);
        callbacks.MapGet("", ReadHistory.ListAsync);
        callbacks.MapGet("/{id:guid}", ReadHistory.FindAsync);
        callbacks.MapPost("/{id:guid}/replay", ReplayCallback.HandleAsync);
        callbacks.MapPost("/ping", SendPing.HandleAsync);
    }

    /// <summary>The database has come up after us, and its schema is on the way.</summary>
    private static async ValueTask<object?> WaitForTables(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            invocation.HttpContext.Response.Headers.RetryAfter = "2";
            return Problems.Of(503, "E_UNAVAILABLE", "The history is not ready yet. Try again in a moment.");
        }
    }
}
