namespace MjAspire.DeliveryWorker.Sending;

/// <summary>What came of one attempt.</summary>
internal sealed record Answer
{
    public const string Timeout = "timeout";

    /// <summary>HTTP status; null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>A stable word when there was no answer: <c>timeout</c>, <c>connection</c>, <c>tls</c>, <c>refused_address</c> ...</summary>
    public string? Error { get; init; }

    /// <summary>Only 2xx is a success; a redirect is not followed.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>No attempt can ever succeed: the URL itself is refused.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>The receiver, or what stands before it, has more than it can take.</summary>
    public bool IsThrottling => Status is
        StatusCodes.Status429TooManyRequests or StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    /// <summary>From the <c>Retry-After</c> header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The first KB of the body.</summary>
    public byte[] Response { get; init; } = [];
}

/// <summary>What an answer means for the delivery. Decided once, here, from the answer alone.</summary>
internal abstract record Verdict
{
    internal sealed record Delivered : Verdict;

    /// <summary>After this pause.</summary>
    internal sealed record Again(TimeSpan Pause) : Verdict;

    /// <summary>The endpoint says it is gone: it gets nothing more.</summary>
    internal sealed record Gone : Verdict;

    /// <summary>Every attempt failed, or no further one can succeed.</summary>
    internal sealed record Exhausted : Verdict;

    /// <param name="attempts">Those since the last replay. A test is attempted once: its owner waits for the answer.</param>
    /// <remarks>Every 4xx but 410 is tried again: receivers answer 401 or 404 while they are being deployed.</remarks>
    public static Verdict Of(Answer answer, int attempts, RetrySchedule schedule, double random) => answer switch
    {
        { IsSuccess: true } => new Delivered(),
        { Status: StatusCodes.Status410Gone } => new Gone(),
        { IsHopeless: true } => new Exhausted(),
        _ => schedule.After(attempts, answer.RetryAfter, random) is { } pause ? new Again(pause) : new Exhausted(),
    };
}
