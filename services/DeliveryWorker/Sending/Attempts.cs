using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// Makes one attempt: signs, sends, reads the answer, hands both on to be saved. Never throws for what a receiver does.
/// </summary>
internal sealed partial class Attempts(
    IHttpMessageHandlerFactory handlers,
    Rooms rooms,
    Outcomes outcomes,
    WorkSignal work,
    IOptions<DeliveryOptions> options,
    DeliveryMetrics metrics,
    TimeProvider time,
    ILogger<Attempts> logger) : IDisposable
{
    /// <summary>The guarded client.</summary>
    public const string Client = "webhooks";

    private const int MostRead = 16 * 1024;
    private const int MostKept = 1024;
    private static readonly ActivitySource Source = new(Telemetry.Prefix + "Delivery");

    /// <summary>What is below HttpClient, which adds a timeout of its own and nothing that is wanted here.</summary>
    private readonly HttpMessageInvoker _http = new(handlers.CreateHandler(Client), disposeHandler: false);

    public void Dispose() => _http.Dispose();

    /// <summary>Takes a place for it before the first await, and gives it back. Returns the answer once it is on its way to the database.</summary>
    /// <param name="aborting">The process goes down: the attempt is dropped without a result, and made again when its lease ends.</param>
    public async Task<Answer> MakeAsync(ClaimedDelivery delivery, Recipient recipient, CancellationToken aborting)
    {
        rooms.Take(recipient, delivery.IsRetry);
        Answer? answer = null;
        var start = time.GetTimestamp();
        var duration = TimeSpan.Zero;
        try
        {
            using var span = StartSpan(delivery);
            var startedAt = time.GetUtcNow();
            answer = await AnswerOfAsync(delivery, recipient, startedAt, aborting);
            duration = time.GetElapsedTime(start);
            Tell(delivery, answer, duration, span);
            await outcomes.AddAsync(new(delivery, recipient, answer, startedAt, duration), aborting);
            return answer;
        }
        finally
        {
            rooms.Leave(recipient, delivery.IsRetry, answer, duration);
            work.Set();
        }
    }

    private static Activity? StartSpan(ClaimedDelivery delivery)
    {
        if (!Source.HasListeners())
            return null;
        var span = Source.StartActivity($"deliver {delivery.EventType}", ActivityKind.Internal, delivery.TraceParent);
        span?.SetTag("webhook.id", delivery.EventId);
        span?.SetTag("webhook.endpoint.id", delivery.EndpointId);
        span?.SetTag("webhook.attempt", delivery.Attempt);
        return span;
    }

    private void Tell(ClaimedDelivery delivery, Answer answer, TimeSpan duration, Activity? span)
    {
        span?.SetTag("http.response.status_code", answer.Status);
        if (!answer.IsSuccess)
        {
            span?.SetStatus(ActivityStatusCode.Error, answer.Error);
            Log.Failed(logger, delivery.Id, delivery.EndpointId, delivery.Attempt, answer.Status, answer.Error);
        }
        metrics.Attempted(delivery.EndpointId, delivery.EventType, answer, duration);
    }

    private async Task<Answer> AnswerOfAsync(ClaimedDelivery delivery, Recipient recipient, DateTimeOffset now, CancellationToken aborting)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(aborting);
        timeout.CancelAfter(options.Value.AttemptTimeout);
        try
        {
            return await SendAsync(delivery, recipient, now, timeout.Token);
        }
        catch (OperationCanceledException) when (!aborting.IsCancellationRequested)
        {
            return new() { Error = Answer.Timeout };
        }
        catch (RefusedAddressException refused)
        {
            return new() { Error = "refused_address", IsHopeless = refused.IsPermanent };
        }
        catch (HttpRequestException error)
        {
            return new() { Error = WordFor(error.HttpRequestError) };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A fault of ours still counts as an attempt, so that it comes to an end.
            Log.Broken(logger, delivery.Id, error);
            return new() { Error = "internal" };
        }
    }

    private async Task<Answer> SendAsync(ClaimedDelivery delivery, Recipient recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var request = SignedRequest.Create(delivery, recipient, now);
        using var response = await _http.SendAsync(request, cancellationToken);
        var retryAfter = response.IsSuccessStatusCode ? null : response.Headers.RetryAfter;
        return new()
        {
            Status = (int)response.StatusCode,
            RetryAfter = retryAfter?.Delta ?? retryAfter?.Date - now,
            Response = await ReadAsync(response.Content, cancellationToken),
        };
    }

    /// <summary>The status is the answer. A body that breaks off or never ends takes nothing away from it.</summary>
    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0)
            return [];
        try
        {
            var body = await BoundedBody.ReadAsync(content, MostRead, cancellationToken);
            return body.Bytes.Length <= MostKept ? body.Bytes : body.Bytes[..MostKept];
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException)
        {
            return [];
        }
    }

    private static string WordFor(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_resolution",
        HttpRequestError.ConnectionError => "connection",
        HttpRequestError.SecureConnectionError => "tls",
        HttpRequestError.ResponseEnded => "response_ended",
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => "invalid_response",
        _ => "transport",
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Delivery {Delivery} to endpoint {Endpoint}: attempt {Attempt} failed: {Status} {Error}")]
        public static partial void Failed(ILogger logger, Guid delivery, Guid endpoint, int attempt, int? status, string? error);

        [LoggerMessage(2, LogLevel.Error, "Delivery {Delivery} could not be attempted")]
        public static partial void Broken(ILogger logger, Guid delivery, Exception exception);
    }
}
