using MassTransit;

namespace MjAspire.ImageStore.Storing;

/// <summary>
/// Retries here are for our own trouble only, a database that is away or a disk that is full: 20 in about a quarter of an hour, well under
/// the broker's half-hour limit on an unacknowledged message. Links have retries of their own, in Fetching, and never end in an exception.
/// </summary>
internal sealed class StoreImagesConsumerDefinition : ConsumerDefinition<StoreImagesConsumer>
{
    /// <summary>Downloads wait on others more than on us, but each may hold 50 MB of disk and a core's worth of hashing.</summary>
    private const int Concurrency = 8;

    private const int Retries = 20;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<StoreImagesConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = Concurrency;
        endpointConfigurator.ConcurrentMessageLimit = Concurrency;
        endpointConfigurator.UseMessageRetry(retry => retry.Exponential(
            Retries, minInterval: TimeSpan.FromSeconds(1), maxInterval: TimeSpan.FromMinutes(1), intervalDelta: TimeSpan.FromSeconds(1)));
    }
}
