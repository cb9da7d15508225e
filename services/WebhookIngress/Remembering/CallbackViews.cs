using System.Text;
using System.Text.Unicode;
using MjAspire.WebhookIngress.Storage;

namespace MjAspire.WebhookIngress.Remembering;

/// <summary>A call as it is shown.</summary>
/// <param name="CallbackId">The same for every repetition.</param>
/// <param name="Outcome"><c>queued, duplicate, parked, pinged, handshaken, refused, forbidden, limited, too_large, broken_off, unavailable, replayed</c>.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="HasBody">Whether it can be replayed.</param>
internal sealed record CallbackView(
    Guid Id, Guid? CallbackId, string Provider, string Outcome, string? Reason, int Status, int Size, string? ContentType, string Address, Guid? JobId,
    string? TraceId, DateTimeOffset ReceivedAt, double DurationMs, Guid? ReplayOf, DateTimeOffset? ReplayedAt, bool HasBody)
{
    public static CallbackView From(CallbackRow row) => new(
        row.Id, row.CallbackId, row.Provider, row.Outcome, row.Reason, row.Status, row.Size, row.ContentType, row.Address, row.JobId,
        row.TraceId, row.ReceivedAt, Math.Round(row.DurationMs, 3), row.ReplayOf, row.ReplayedAt, row.HasBody);
}

/// <summary>A page, newest first.</summary>
/// <param name="NextCursor">Leads to the next page; null on the last.</param>
internal sealed record CallbackPage(IReadOnlyList<CallbackView> Callbacks, Guid? NextCursor);

/// <summary>One call with its body: as text when it is text, in any case as base64; both null when it was not kept, or not any more.</summary>
internal sealed record CallbackDetail(CallbackView Callback, string? Text, byte[]? Body)
{
    public static CallbackDetail From(CallbackRow row, byte[]? body) =>
        new(CallbackView.From(row), body is not null && Utf8.IsValid(body) ? Encoding.UTF8.GetString(body) : null, body);
}
