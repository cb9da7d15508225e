using MassTransit;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Storage;

namespace MjAspire.WebhookIngress.Parking;

/// <summary>Puts a callback nobody could read where people can see it. Until the database has it, its queue does.</summary>
internal sealed partial class ParkCallbackConsumer(CallbackTable table, IOptions<WebhookOptions> options, ILogger<ParkCallbackConsumer> logger)
    : IConsumer<CallbackParked>
{
    public async Task Consume(ConsumeContext<CallbackParked> context)
    {
        var parked = context.Message;
        await table.ParkAsync(parked, parked.ReceivedAt + options.Value.History.KeepFor, context.CancellationToken);
        Log.Parked(logger, parked.Id, parked.Provider, parked.Reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Callback {Id} of {Provider} is parked: {Reason}")]
        public static partial void Parked(ILogger logger, Guid id, string provider, string reason);
    }
}

internal sealed class ParkCallbackDefinition : ConsumerDefinition<ParkCallbackConsumer>
{
    public ParkCallbackDefinition()
    {
        EndpointName = "callbacks-parked";
        ConcurrentMessageLimit = 4;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<ParkCallbackConsumer> consumer, IRegistrationContext context) =>
        endpoint.UseStandardRetry();
}
