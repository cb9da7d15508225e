using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Images;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>A job's pictures are stored: <c>image.stored</c>.</summary>
internal sealed class PlanImageEventsConsumer(Planner planner, TimeProvider time) : IConsumer<ImagesStored>
{
    public Task Consume(ConsumeContext<ImagesStored> context)
    {
        var (stored, traceParent, now) = (context.Message, Activity.Current?.Id, time.GetUtcNow());
        return planner.PlanAsync(
            new()
            {
                Type = EventTypes.ImageStored,
                OwnerId = stored.OwnerId,
                JobId = stored.JobId,
                Tell = _ => ImageEvents.Of(stored, traceParent, now),
            },
            context.CancellationToken);
    }
}

internal sealed class PlanImageEventsConsumerDefinition : ConsumerDefinition<PlanImageEventsConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanImageEventsConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 64;
        endpointConfigurator.UseStandardRetry();
    }
}
