using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Delivery;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>What happened to an endpoint or a delivery is told to the owner's other endpoints, if they asked for it.</summary>
internal sealed class PlanNoticesConsumer(Planner planner) : IConsumer<EndpointDisabled>, IConsumer<DeliveryExhausted>
{
    public Task Consume(ConsumeContext<EndpointDisabled> context)
    {
        var (disabled, traceParent) = (context.Message, Activity.Current?.Id);
        return planner.PlanAsync(
            new()
            {
                Type = EventTypes.EndpointDisabled,
                OwnerId = disabled.OwnerId,
                Except = disabled.EndpointId,
                Tell = _ => NoticeEvents.Of(disabled, traceParent),
            },
            context.CancellationToken);
    }

    public Task Consume(ConsumeContext<DeliveryExhausted> context)
    {
        var (exhausted, traceParent) = (context.Message, Activity.Current?.Id);
        return planner.PlanAsync(
            new()
            {
                Type = EventTypes.DeliveryExhausted,
                OwnerId = exhausted.OwnerId,
                Except = exhausted.EndpointId,
                Tell = _ => NoticeEvents.Of(exhausted, traceParent),
            },
            context.CancellationToken);
    }
}

internal sealed class PlanNoticesConsumerDefinition : ConsumerDefinition<PlanNoticesConsumer>
{
    public PlanNoticesConsumerDefinition() => ConcurrentMessageLimit = 8;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanNoticesConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.UseStandardRetry();
}
