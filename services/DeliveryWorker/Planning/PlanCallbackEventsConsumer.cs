using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Forwarding;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>
/// A provider called back: <c>provider.callback</c>, to the owner of the job the callback is about; and the very bytes to where callbacks are
/// forwarded. One message is both, so that the broker keeps one.
/// </summary>
internal sealed class PlanCallbackEventsConsumer(Planner planner, IOptions<ForwardingOptions> forwarding) : IConsumer<ProviderCallbackReceived>
{
    public Task Consume(ConsumeContext<ProviderCallbackReceived> context)
    {
        var (callback, traceParent) = (context.Message, Activity.Current?.Id);
        List<Task> planned = [];

        // The job's creation is told before its provider hears of it; a job nobody remembers is older than what is kept.
        if (callback.JobId is { } jobId)
        {
            planned.Add(planner.PlanAsync(
                new() { Type = EventTypes.ProviderCallback, JobId = jobId, Tell = owner => CallbackEvents.Of(callback, jobId, owner, traceParent) },
                context.CancellationToken));
        }
        if (forwarding.Value.IsOn)
        {
            planned.Add(planner.PlanAsync(
                new() { Type = EventTypes.ProviderCallback, OwnerId = ForwardingTable.OwnerId, Tell = _ => ForwardedCallback.Of(callback, traceParent) },
                context.CancellationToken));
        }
        return Task.WhenAll(planned);
    }
}

internal sealed class PlanCallbackEventsConsumerDefinition : ConsumerDefinition<PlanCallbackEventsConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanCallbackEventsConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 64;
        endpointConfigurator.UseStandardRetry();
    }
}
