using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Storage;

internal static class StorageFeature
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("images");
        builder.Services.AddSingleton<ImagesTable>();
        builder.Services.AddSingleton<ImageRemoval>();
        builder.Services.AddSingleton<BlobsTable>();
        builder.Services.AddSingleton<VariantsTable>();
        return builder;
    }
}
