using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MjAspire.Bench.Baselines;

/// <summary>Customers' servers: answer at once, or 500 where the address says so, and remember what came.</summary>
internal static class Receiver
{
    private static readonly ConcurrentDictionary<string, byte> Seen = new();
    private static long Requests;

    public static void Map(WebApplication app)
    {
        app.MapPost("/hook/{endpoint}", (string endpoint, HttpContext context) =>
        {
            Interlocked.Increment(ref Requests);
            Seen.TryAdd($"{endpoint}/{context.Request.Headers["webhook-id"]}", 0);
            return Results.Ok();
        });
        app.MapPost("/broken/{endpoint}", () => Results.StatusCode(500));
        app.MapGet("/seen", () => new Seen(Interlocked.Read(ref Requests), Receiver.Seen.Count));
        app.MapPost("/forget", () =>
        {
            Receiver.Seen.Clear();
            Interlocked.Exchange(ref Requests, 0);
        });
    }
}

/// <param name="Requests">All of them.</param>
/// <param name="Distinct">Pairs of endpoint and <c>webhook-id</c>.</param>
internal sealed record Seen(long Requests, long Distinct);
