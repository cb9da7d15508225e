using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Jobs;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>A job moved: one delivery for each endpoint that wants to know. Harmless when repeated.</summary>
internal sealed class PlanDeliveriesConsumer(Planner planner) : IConsumer<JobChanged>
{
    public Task Consume(ConsumeContext<JobChanged> context)
    {
        var (change, traceParent) = (context.Message, Activity.Current?.Id);
        return planner.PlanAsync(
            new()
            {
                Type = JobEvents.TypeOf(change),
                OwnerId = change.OwnerId,
                JobId = change.JobId,
                IsJobNew = change.PreviousStatus is null,
                Tell = _ => JobEvents.Of(change, traceParent),
            },
            context.CancellationToken);
    }
}

internal sealed class PlanDeliveriesConsumerDefinition : ConsumerDefinition<PlanDeliveriesConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanDeliveriesConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 128;
        endpointConfigurator.UseStandardRetry();
    }
}
