using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Live;

internal static class LiveRoutes
{
    public static WebApplicationBuilder AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobFeed>().AddReceiveEndpointObserver<FeedGaps>();
        return builder;
    }

    public static WebApplication MapLive(this WebApplication app)
    {
        app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) });
        app.MapGet("/events", ServerSentEvents.HandleAsync).RequireScope(Scopes.Read)
            .Describe("What happens to the caller's jobs, as Server-Sent Events", "E_TOO_MANY_STREAMS")
            .Takes(new ApiParameter("Last-Event-ID", "The last event that was seen: what came after it is sent first.", InHeader: true))
            .Produces<LiveJob>(200, "text/event-stream");
        app.MapGet("/ws", WebSockets.HandleAsync).RequireScope(Scopes.Read)
            .Describe("The same over a WebSocket", "E_TOO_MANY_STREAMS", "E_UPGRADE_REQUIRED").Produces(101);
        return app;
    }

    public static ProblemHttpResult TooMany(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "10";
        return Problems.Of(StatusCodes.Status429TooManyRequests, "E_TOO_MANY_STREAMS", "Too many live streams are open. Close one, or ask for the job itself.");
    }

    /// <summary>
    /// A replica's queue lives as long as its connection: when the bus is back, the queue is a new one, and what was published in between
    /// is not in it.
    /// </summary>
    private sealed class FeedGaps(JobFeed feed) : IReceiveEndpointObserver
    {
        public Task Ready(ReceiveEndpointReady ready)
        {
            feed.Reset();
            return Task.CompletedTask;
        }

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

        public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
    }
}
