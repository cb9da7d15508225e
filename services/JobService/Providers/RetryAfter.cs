namespace MjAspire.JobService.Providers;

/// <summary>The header <c>Retry-After</c>.</summary>
internal static class RetryAfter
{
    /// <summary>How long to wait: <c>120</c>, or <c>Wed, 21 Oct 2026 07:28:00 GMT</c> by the sender's own clock. Null when it does not say.</summary>
    public static TimeSpan? Of(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } after ? null
        : after.Delta ?? (after.Date - response.Headers.Date is { } until && until > TimeSpan.Zero ? until : null);
}
