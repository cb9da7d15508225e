using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Delivery;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>What happened to an endpoint or a delivery is told to the owner's other endpoints, if they asked for it.</summary>
internal sealed class PlanNoticesConsumer(Planner planner) : IConsumer<EndpointDisabled>, IConsumer<DeliveryExhausted>
{
    public Task Consume(ConsumeContext<EndpointDisabled> context) => planner.PlanAsync(
        NoticeEvents.Of(context.Message, Activity.Current?.Id), context.CancellationToken, except: context.Message.EndpointId);

    public Task Consume(ConsumeContext<DeliveryExhausted> context) => planner.PlanAsync(
        NoticeEvents.Of(context.Message, Activity.Current?.Id), context.CancellationToken, except: context.Message.EndpointId);
}

internal sealed class PlanNoticesConsumerDefinition : ConsumerDefinition<PlanNoticesConsumer>
{
    public PlanNoticesConsumerDefinition() => ConcurrentMessageLimit = 8;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanNoticesConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.UseStandardRetry();
}
