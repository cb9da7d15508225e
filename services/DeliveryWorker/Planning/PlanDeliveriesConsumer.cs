using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Jobs;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>A job moved: one delivery for each endpoint that wants to know. Harmless when repeated.</summary>
internal sealed class PlanDeliveriesConsumer(Planner planner, JobOwnerTable owners, TimeProvider time) : IConsumer<JobChanged>
{
    public async Task Consume(ConsumeContext<JobChanged> context)
    {
        var change = context.Message;
        if (change.PreviousStatus is null)
            await owners.RememberAsync(change.JobId, change.OwnerId, time.GetUtcNow(), context.CancellationToken);
        await planner.PlanAsync(JobEvents.Of(change, Activity.Current?.Id), context.CancellationToken);
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
