using System.Diagnostics;
using System.Security.Claims;
using System.Threading.Channels;
using MjAspire.McpGateway.Keys;

namespace MjAspire.McpGateway.Auditing;

/// <summary>A row of <c>audit_log</c>: who did what to what, when, and what came of it.</summary>
internal sealed record AuditEntry
{
    /// <summary>Sorts as <see cref="At"/> does.</summary>
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Guid OwnerId { get; init; }
    public required string KeyId { get; init; }
    public required string KeyName { get; init; }
    public required string Action { get; init; }
    public required string Target { get; init; }
    public required int Status { get; init; }
    public required string Outcome { get; init; }
    public string? Address { get; init; }
    public string? TraceId { get; init; }

    /// <summary>
    /// A version 7 id that orders what comes within a millisecond as well: the finer part of the clock stands in place of its first
    /// twelve random bits (RFC 9562, 6.2, method 3).
    /// </summary>
    public static Guid NewId(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(at).TryWriteBytes(bytes, bigEndian: true, out _);
        var fraction = at.UtcTicks % TimeSpan.TicksPerMillisecond * 4_096 / TimeSpan.TicksPerMillisecond;
        (bytes[6], bytes[7]) = ((byte)(0x70 | fraction >> 8), (byte)fraction);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>
/// Takes note of every mutation. Notes are written in batches by <see cref="AuditWriter"/>, a moment later; when the database is away they
/// wait, and what no longer fits is written to the log instead.
/// </summary>
internal sealed partial class AuditLog(GatewayMetrics metrics, ILogger<AuditLog> logger)
{
    private const int MostWaiting = 20_000;
    private const int LongestTarget = 512;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    public ChannelReader<AuditEntry> Waiting => _waiting.Reader;

    /// <param name="caller">Who; nothing is noted for a caller without a key.</param>
    /// <param name="at">When it was asked for: what one caller asks in turn is noted in turn, whatever takes how long.</param>
    /// <param name="action">What, in words of ours: a route or a tool.</param>
    /// <param name="target">To what.</param>
    /// <param name="status">As HTTP says it.</param>
    /// <param name="address">From where.</param>
    public void Note(ClaimsPrincipal caller, DateTimeOffset at, string action, string target, int status, string? address)
    {
        if (caller.ApiKeyId() is not { } key)
            return;

        var entry = new AuditEntry
        {
            Id = AuditEntry.NewId(at),
            At = at,
            OwnerId = caller.OwnerId(),
            KeyId = key,
            KeyName = caller.Identity?.Name ?? "",
            Action = action,
            Target = target.Length <= LongestTarget ? target : target[..LongestTarget],
            Status = status,
            Outcome = status < 400 ? "ok" : status < 500 ? "refused" : "failed",
            Address = address,
            TraceId = Activity.Current?.TraceId.ToString(),
        };
        if (_waiting.Writer.TryWrite(entry))
            return;

        metrics.AuditOverflowed();
        Log.NoRoom(logger, entry);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "No room left for the audit log: {Entry}")]
        public static partial void NoRoom(ILogger logger, AuditEntry entry);
    }
}
