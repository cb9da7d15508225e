using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Checking;
using Polly;
using Polly.Retry;

namespace MjAspire.ImageStore.Fetching;

/// <summary>
/// Follows a link until it has given bytes or a reason why not. The one owner of retries on this hop: bounded in number and in time.
/// What it throws is our own trouble (a full disk), not the link's.
/// </summary>
internal sealed partial class ImageFetcher
{
    private readonly ImageDownload _download;
    private readonly FetchingOptions _options;
    private readonly TimeProvider _time;
    private readonly ImageStoreMetrics _metrics;
    private readonly ILogger<ImageFetcher> _logger;
    private readonly ResiliencePipeline<FetchOutcome> _retries;

    public ImageFetcher(
        ImageDownload download,
        IOptions<FetchingOptions> options,
        TimeProvider time,
        ImageStoreMetrics metrics,
        ILogger<ImageFetcher> logger)
    {
        (_download, _options, _time, _metrics, _logger) = (download, options.Value, time, metrics, logger);
        _retries = new ResiliencePipelineBuilder<FetchOutcome> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<FetchOutcome>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result is FetchOutcome.Interrupted),
                MaxRetryAttempts = _options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = _options.Backoff,
                MaxDelay = _options.MaxBackoff,
                UseJitter = true,
                DelayGenerator = attempt => ValueTask.FromResult(AskedFor(attempt.Outcome.Result)),
            })
            .Build();
    }

    /// <summary><see cref="FetchOutcome.Fetched"/> or <see cref="FetchOutcome.Refused"/>.</summary>
    public async Task<FetchOutcome> FetchAsync(string url, CancellationToken cancellationToken)
    {
        using var span = ImageStoreTracing.Source.StartActivity("fetch image");
        var (started, attempts) = (_time.GetTimestamp(), 0);
        var link = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : null;
        span?.SetTag("server.address", link?.Host);

        var outcome = link is null
            ? FetchOutcome.Refuse(ImageErrors.AddressRefused, "The link is not an absolute URL.")
            : await TryAsync(link, () => attempts++, cancellationToken);

        span?.SetTag("image.attempts", attempts);
        if (outcome is FetchOutcome.Fetched fetched)
        {
            span?.SetTag("image.bytes", fetched.Draft.Length);
            _metrics.Fetched("ok", _time.GetElapsedTime(started), attempts);
        }
        else if (outcome is FetchOutcome.Refused { Why: var refused })
        {
            span.Fail(refused.Code);
            _metrics.Fetched(refused.Code, _time.GetElapsedTime(started), attempts);
            Log.Refused(_logger, link?.Host, attempts, refused.Code, refused.Reason);
        }
        return outcome;
    }

    private async Task<FetchOutcome> TryAsync(Uri link, Action counting, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(_options.Patience, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            var outcome = await _retries.ExecuteAsync(
                async token =>
                {
                    counting();
                    return await _download.AttemptAsync(link, token);
                },
                patience.Token);

            return outcome is FetchOutcome.Interrupted last
                ? FetchOutcome.Refuse(
                    ImageErrors.Unreachable, $"The picture could not be fetched in {_options.Attempts} attempts. In the last, {last.Reason}.")
                : outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return FetchOutcome.Refuse(
                ImageErrors.Unreachable, $"The picture could not be fetched within {_options.Patience.TotalSeconds:0} seconds.");
        }
    }

    private TimeSpan? AskedFor(FetchOutcome? outcome) =>
        outcome is FetchOutcome.Interrupted { RetryAfter: { } wait } ? wait < _options.MaxBackoff ? wait : _options.MaxBackoff : null;

    private static partial class Log
    {
        /// <summary>The host only: the rest of a link may be a capability.</summary>
        [LoggerMessage(1, LogLevel.Warning, "No picture from {Host} after {Attempts} attempts: {Code} {Reason}")]
        public static partial void Refused(ILogger logger, string? host, int attempts, string code, string reason);
    }
}
