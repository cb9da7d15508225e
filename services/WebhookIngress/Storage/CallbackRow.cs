namespace MjAspire.WebhookIngress.Storage;

/// <summary>A row of <c>callbacks</c>.</summary>
internal sealed record CallbackRow
{
    public required Guid Id { get; init; }
    public Guid? CallbackId { get; init; }
    public required string Provider { get; init; }
    public required string Outcome { get; init; }
    public string? Reason { get; init; }
    public required int Status { get; init; }
    public required int Size { get; init; }
    public string? ContentType { get; init; }
    public required string Address { get; init; }
    public Guid? JobId { get; init; }
    public string? TraceId { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required float DurationMs { get; init; }
    public Guid? ReplayOf { get; init; }
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>Whether the body is still there.</summary>
    public bool HasBody { get; init; }
}

/// <summary>A row to be written, with its body, if that is to be kept.</summary>
internal sealed record NewCallback(CallbackRow Row, byte[]? Body);

/// <summary>Which rows; every part narrows the list.</summary>
/// <param name="Before">Rows older than this one.</param>
internal sealed record CallbackQuery(string? Provider, string[]? Outcomes, Guid? JobId, DateTimeOffset? Since, DateTimeOffset? Until, Guid? Before, int Limit);
