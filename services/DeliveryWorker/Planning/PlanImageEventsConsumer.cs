using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Images;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>A job's pictures are stored: <c>image.stored</c>.</summary>
internal sealed class PlanImageEventsConsumer(Planner planner, TimeProvider time) : IConsumer<ImagesStored>
{
    public Task Consume(ConsumeContext<ImagesStored> context) =>
        planner.PlanAsync(ImageEvents.Of(context.Message, Activity.Current?.Id, time.GetUtcNow()), context.CancellationToken);
}

internal sealed class PlanImageEventsConsumerDefinition : ConsumerDefinition<PlanImageEventsConsumer>
{
    public PlanImageEventsConsumerDefinition() => ConcurrentMessageLimit = 16;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanImageEventsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.UseStandardRetry();
}
