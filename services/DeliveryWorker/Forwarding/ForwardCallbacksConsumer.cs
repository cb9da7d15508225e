using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Planning;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Forwarding;

/// <summary>A provider called back: the very bytes go on to the destination, as a delivery. No envelope, and the content type they came with.</summary>
internal sealed class ForwardCallbacksConsumer(Planner planner, IOptions<ForwardingOptions> options) : IConsumer<ProviderCallbackReceived>
{
    public Task Consume(ConsumeContext<ProviderCallbackReceived> context)
    {
        if (!options.Value.IsOn)
            return Task.CompletedTask;

        var callback = context.Message;
        var happening = new WebhookEvent(
            callback.CallbackId, Guid.Empty, EventTypes.ProviderCallback, callback.Body, Activity.Current?.Id, callback.ReceivedAt, callback.ContentType);
        return planner.PlanForAsync(ForwardingTable.EndpointId, happening, context.CancellationToken);
    }
}

internal sealed class ForwardCallbacksConsumerDefinition : ConsumerDefinition<ForwardCallbacksConsumer>
{
    public ForwardCallbacksConsumerDefinition() => ConcurrentMessageLimit = 16;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ForwardCallbacksConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.UseStandardRetry();
}
