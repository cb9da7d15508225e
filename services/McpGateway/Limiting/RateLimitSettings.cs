using System.Text.Json.Serialization;

namespace MjAspire.McpGateway.Limiting;

/// <summary>
/// Section <c>Limiting</c>: for each key and each <see cref="RouteClass"/> a bucket of tokens. A request takes one; the bucket fills steadily.
/// <c>Limiting:Burst</c> and <c>Limiting:PerMinute</c> hold for every class that has no numbers of its own, <c>Limiting:Generate:Burst</c>.
/// </summary>
internal sealed class RateLimitSettings
{
    /// <summary>Tokens a full bucket holds: how many requests may come at once.</summary>
    public int? Burst { get; init; }

    /// <summary>Tokens that flow in each minute: how many requests may come in the long run.</summary>
    public int? PerMinute { get; init; }

    public ClassLimit? Read { get; init; }
    public ClassLimit? Generate { get; init; }
    public ClassLimit? Poll { get; init; }
    public ClassLimit? Admin { get; init; }

    /// <summary>Requests of one key that one replica serves at a time; waiting tool calls and live streams are among them.</summary>
    public int ConcurrentPerKey { get; init; } = 200;

    /// <summary>Requests that one replica serves at a time.</summary>
    public int Concurrent { get; init; } = 5_000;

    public Limit For(RouteClass limited)
    {
        var (own, usual) = limited switch
        {
            RouteClass.Generate => (Generate, new Limit(60, 300)),
            RouteClass.Poll => (Poll, new Limit(240, 2_400)),
            RouteClass.Admin => (Admin, new Limit(60, 300)),
            _ => (Read, new Limit(120, 1_200)),
        };
        return new(own?.Burst ?? Burst ?? usual.Burst, own?.PerMinute ?? PerMinute ?? usual.PerMinute);
    }

    public bool AreValid() =>
        ConcurrentPerKey > 0 && Concurrent > 0 && Enum.GetValues<RouteClass>().Select(For).All(limit => limit.IsValid);
}

/// <summary>Numbers for one class of routes; what is absent falls back.</summary>
internal sealed record ClassLimit
{
    public int? Burst { get; init; }
    public int? PerMinute { get; init; }
}

/// <param name="Burst">Tokens a full bucket holds.</param>
/// <param name="PerMinute">Tokens that flow in each minute.</param>
internal sealed record Limit(int Burst, int PerMinute)
{
    public const int Highest = 10_000_000;

    [JsonIgnore]
    public bool IsValid => Burst is > 0 and <= Highest && PerMinute is > 0 and <= Highest;

    [JsonIgnore]
    public double PerSecond => PerMinute / 60.0;
}
