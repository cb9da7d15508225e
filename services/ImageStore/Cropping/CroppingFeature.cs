namespace MjAspire.ImageStore.Cropping;

internal static class CroppingFeature
{
    public static WebApplicationBuilder AddCropping(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CroppingOptions>()
            .Bind(builder.Configuration.GetSection("Cropping"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<Vips>();
        builder.Services.AddSingleton<PartMaker>();
        return builder;
    }
}
