using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Forwarding;

/// <summary>
/// Keeps the one endpoint that belongs to no owner as it is configured. Through it what is forwarded is a delivery like any other:
/// durable, retried, logged, replayable.
/// </summary>
internal sealed class ForwardingSetup(
    ForwardingTable table, Seal seal, IOptions<ForwardingOptions> options, TimeProvider time) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var forwarding = options.Value;
        if (!forwarding.IsOn)
        {
            await table.TurnOffAsync(cancellationToken);
            return;
        }
        await table.TurnOnAsync(
            new()
            {
                Id = ForwardingTable.EndpointId,
                OwnerId = ForwardingTable.OwnerId,
                Url = forwarding.DestinationUrl!,
                Events = [EventTypes.ProviderCallback],
                Description = "Providers' callbacks, as they came",
                Secret = seal.Close(forwarding.Secret is { Length: > 0 } secret ? secret : WebhookSecret.Generate().ToString()),
                Headers = seal.CloseHeaders(null),
                CreatedAt = time.GetUtcNow(),
            },
            isSecretKnown: forwarding.Secret is { Length: > 0 },
            cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
