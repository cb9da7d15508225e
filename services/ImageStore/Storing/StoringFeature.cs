using MassTransit;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Storing;

internal static class StoringFeature
{
    public static WebApplicationBuilder AddStoring(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PictureKeeper>();
        return builder.AddMessaging(bus => bus.AddConsumer<StoreImagesConsumer, StoreImagesConsumerDefinition>());
    }
}
