using MassTransit;
using Microsoft.Extensions.Options;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>Puts callbacks on the bus and knows whether they arrived there.</summary>
internal sealed partial class CallbackQueue(IBus bus, IOptions<WebhookOptions> options, TimeProvider time, ILogger<CallbackQueue> logger)
{
    private readonly Outage _outage = new();
    private int _inFlight;

    /// <summary>Yes only when the broker has confirmed it, and that it went into a queue.</summary>
    public async Task<bool> TryPublishAsync<T>(T callback, Guid id) where T : class
    {
        if (Interlocked.Increment(ref _inFlight) > options.Value.MostInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        try
        {
            // Not every step of a publish heeds its token: a broker that has stopped answering holds one up for 20 s.
            await PublishAsync(callback, id).WaitAsync(options.Value.PublishTimeout, time);
            if (_outage.Ends())
                Log.BrokerBack(logger);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it was, the callback is not known to be queued, and that is what the caller is told.
            if (_outage.Begins())
                Log.BrokerAway(logger, e);
            return false;
        }
    }

    /// <summary>In flight until it really ends, though nobody may be waiting for it any more.</summary>
    private async Task PublishAsync<T>(T callback, Guid id) where T : class
    {
        using var patience = new CancellationTokenSource(options.Value.PublishTimeout, time);
        try
        {
            await bus.Publish(callback, context =>
            {
                context.MessageId = id;
                // Before a consumer has ever run there is no queue, and the broker would confirm what it throws away.
                context.Mandatory = true;
            }, patience.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Callbacks cannot be queued; they are answered 503 until they can. This is said once")]
        public static partial void BrokerAway(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Information, "Callbacks can be queued again")]
        public static partial void BrokerBack(ILogger logger);
    }
}
