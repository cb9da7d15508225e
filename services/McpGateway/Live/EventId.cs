using System.Globalization;

namespace MjAspire.McpGateway.Live;

/// <summary>
/// Names an event so that a reader can go on from it, at this replica or another:
/// <code>
/// 1795157023123.3f9a0c1d.42      when it was heard (Unix milliseconds), by which replica, its position there
/// </code>
/// The replica that gave it out knows exactly what came after. Another one goes by the time, from a little before: an event may then come
/// twice, and none is left out.
/// </summary>
internal readonly record struct EventId(long HeardAt, string Replica, long Position)
{
    private const int Longest = 64;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{HeardAt}.{Replica}.{Position}");

    public static EventId? Read(string? text) =>
        text is { Length: > 0 and <= Longest } && text.Split('.') is [var at, { Length: > 0 } replica, var position]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var heardAt)
        && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? new EventId(heardAt, replica, place)
            : null;
}
