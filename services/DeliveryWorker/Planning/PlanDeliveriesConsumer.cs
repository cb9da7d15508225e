using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Jobs;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>A job moved: one delivery for each endpoint that wants to know. Harmless when repeated.</summary>
internal sealed class PlanDeliveriesConsumer(EventTable events, WorkSignal work, DeliveryMetrics metrics, TimeProvider time) : IConsumer<JobChanged>
{
    public async Task Consume(ConsumeContext<JobChanged> context)
    {
        var happening = JobEvents.Of(context.Message, Activity.Current?.Id);
        var planned = await events.PlanAsync(
            happening, EventTypes.Patterns(happening.Type), time.GetUtcNow(), lease: null, context.CancellationToken);
        if (planned.Count == 0)
            return;

        metrics.Planned(happening.Type, planned.Count);
        work.Set();
    }
}

internal sealed class PlanDeliveriesConsumerDefinition : ConsumerDefinition<PlanDeliveriesConsumer>
{
    public PlanDeliveriesConsumerDefinition() => ConcurrentMessageLimit = 32;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanDeliveriesConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 128;
        endpointConfigurator.UseStandardRetry();
    }
}
