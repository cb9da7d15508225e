using System.Diagnostics;
using System.Net;
using MjAspire.WebhookIngress.Admitting;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>A callback on its way through, as far as it is known.</summary>
internal sealed class Arrival(HttpContext context, Provider provider, DateTimeOffset receivedAt)
{
    private const int LongestContentType = 200;

    /// <summary>Of this one call; a repetition has another.</summary>
    public Guid Id { get; } = Guid.CreateVersion7(receivedAt);

    public HttpRequest Request => context.Request;

    public Provider Provider => provider;

    public IPAddress Address { get; } = CallerAddresses.Of(context);

    public DateTimeOffset ReceivedAt => receivedAt;

    public long BeganAt { get; } = Stopwatch.GetTimestamp();

    public CancellationToken HungUp => context.RequestAborted;

    /// <summary>Known when it came to a capability address.</summary>
    public Guid? JobId { get; init; }

    public bool IsPing { get; init; }

    public string? ContentType { get; } = context.Request.ContentType is { Length: > LongestContentType } text ? text[..LongestContentType] : context.Request.ContentType;

    /// <summary>Set once it was read to its end.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The same for every repetition. Set once the body was read.</summary>
    public Guid? CallbackId { get; set; }
}
