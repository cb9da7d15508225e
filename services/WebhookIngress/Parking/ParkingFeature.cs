using MassTransit;
using MjAspire.ServiceDefaults;

namespace MjAspire.WebhookIngress.Parking;

internal static class ParkingFeature
{
    /// <summary>The bus, and the one queue on it that is ours.</summary>
    public static void AddParking(this WebApplicationBuilder builder) =>
        builder.AddMessaging(bus => bus.AddConsumer<ParkCallbackConsumer, ParkCallbackDefinition>());
}
