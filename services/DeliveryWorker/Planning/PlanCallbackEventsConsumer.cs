using System.Diagnostics;
using MassTransit;
using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>A provider called back: <c>provider.callback</c>, to the owner of the job the callback is about.</summary>
internal sealed class PlanCallbackEventsConsumer(Planner planner, JobOwnerTable owners) : IConsumer<ProviderCallbackReceived>
{
    public async Task Consume(ConsumeContext<ProviderCallbackReceived> context)
    {
        if (context.Message.JobId is not { } jobId)
            return; // nobody's

        // The job's creation is told before its provider hears of it; a job nobody remembers is older than what is kept.
        if (await owners.FindAsync(jobId, context.CancellationToken) is { } owner)
            await planner.PlanAsync(CallbackEvents.Of(context.Message, jobId, owner, Activity.Current?.Id), context.CancellationToken);
    }
}

internal sealed class PlanCallbackEventsConsumerDefinition : ConsumerDefinition<PlanCallbackEventsConsumer>
{
    public PlanCallbackEventsConsumerDefinition() => ConcurrentMessageLimit = 16;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PlanCallbackEventsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.UseStandardRetry();
}
