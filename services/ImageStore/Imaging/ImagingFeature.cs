using MjAspire.ImageStore.Cropping;
using MjAspire.ImageStore.Resizing;

namespace MjAspire.ImageStore.Imaging;

internal static class ImagingFeature
{
    public static WebApplicationBuilder AddImaging(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ImagingOptions>()
            .Bind(builder.Configuration.GetSection("Imaging"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<Vips>();
        builder.Services.AddSingleton<PartMaker>();
        builder.Services.AddSingleton<VariantMaker>();
        return builder;
    }
}
