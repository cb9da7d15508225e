namespace MjAspire.McpGateway.Limiting;

/// <summary>Section <c>Limiting</c>: a bucket of tokens for each key. A request takes one; the bucket fills steadily.</summary>
internal sealed class RateLimitSettings
{
    /// <summary>Tokens a full bucket holds: how many requests may come at once.</summary>
    public int Burst { get; init; } = 120;

    /// <summary>Tokens that flow in each minute: how many requests may come in the long run.</summary>
    public int PerMinute { get; init; } = 1_200;
}
