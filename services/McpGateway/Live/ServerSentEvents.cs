using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using MjAspire.McpGateway.Keys;

namespace MjAspire.McpGateway.Live;

/// <summary>
/// <c>GET /events?job_id=…</c>, Server-Sent Events:
/// <code>
/// id: 1795157023123.3f9a0c1d.42
/// event: job.completed
/// data: {"job_id":"...","status":"completed","sequence":9,"progress":100,...}
/// </code>
/// </summary>
internal static class ServerSentEvents
{
    /// <summary>A reader that is cut off comes back after so long. Milliseconds.</summary>
    private const int ComeBackAfter = 2_000;

    public static async Task HandleAsync(HttpContext context, ClaimsPrincipal caller, JobFeed feed, TimeProvider time, Guid? job_id = null)
    {
        var last = EventId.Read(context.Request.Headers["Last-Event-ID"].ToString()) ?? EventId.Read(context.Request.Query["last_event_id"].ToString());
        using var reader = feed.Read(caller.OwnerId(), job_id, last);
        if (reader is null)
        {
            await LiveRoutes.TooMany(context).ExecuteAsync(context);
            return;
        }

        Begin(context);
        using var ending = Streaming.EndOf(reader, context);
        try
        {
            await WriteAsync(context, $"retry: {ComeBackAfter}\n\n", ending.Token);
            await foreach (var next in Streaming.ReadAsync(reader, context, time, ending.Token))
                await WriteAsync(context, next is null ? ": still here\n\n" : $"id: {next.Id}\nevent: {next.Type}\ndata: {next.Data}\n\n", ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader went, or was too slow: it comes back with its last event's id.
        }
        if (reader.Dropped.IsCancellationRequested)
            context.Abort(); // what it has not read of is in the way of a proper end
    }

    public static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx and its kin would hold events back
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
