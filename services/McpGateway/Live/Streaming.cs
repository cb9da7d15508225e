using System.Runtime.CompilerServices;
using MjAspire.McpGateway.Keys;
using Npgsql;

namespace MjAspire.McpGateway.Live;

/// <summary>What every live stream does, however it is written: missed events, then new ones, and signs of life in between.</summary>
internal static class Streaming
{
    /// <summary>Proxies close what says nothing for a minute.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <summary>How often it is asked whether the key is still good: a revoked one stops within 5 s, here too.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>When the reader goes, is dropped, or the service stops.</summary>
    public static CancellationTokenSource EndOf(FeedReader reader, HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, reader.Dropped, Stopping(context));

    public static bool IsStopping(HttpContext context) => Stopping(context).IsCancellationRequested;

    /// <returns>Events; null for a sign of life. It ends when the reader is too slow, or its key is not good any more.</returns>
    public static async IAsyncEnumerable<LiveEvent?> ReadAsync(
        FeedReader reader, HttpContext context, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var missed in reader.Missed)
            yield return missed;
        yield return null; // headers go out at once

        var lastSign = time.GetTimestamp();
        while (!reader.Dropped.IsCancellationRequested && await IsWelcomeAsync(context, cancellationToken))
        {
            if (await ComesWithinAsync(Look, reader, time, cancellationToken))
            {
                while (reader.Heard.TryRead(out var heard))
                    yield return heard;
                lastSign = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(lastSign) >= Quiet)
            {
                yield return null;
                lastSign = time.GetTimestamp();
            }
        }
    }

    private static CancellationToken Stopping(HttpContext context) =>
        context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    private static async Task<bool> ComesWithinAsync(TimeSpan patience, FeedReader reader, TimeProvider time, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rest = Task.Delay(patience, time, waiting.Token);
        var comes = reader.Heard.WaitToReadAsync(waiting.Token).AsTask();
        try
        {
            var first = await Task.WhenAny(comes, rest);
            return first == comes && await comes;
        }
        finally
        {
            await waiting.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async ValueTask<bool> IsWelcomeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return context.Features.Get<Credential>() is not { } credential || await credential.IsValidAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            return true; // neither right nor wrong while the database is away; the lookup says so in the log
        }
    }
}
