using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

internal static class ServingFeature
{
    private const int ShortestKey = 16;
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static WebApplicationBuilder AddServing(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ServingOptions>()
            .Bind(builder.Configuration.GetSection("Images"))
            .Validate(options => options.LinkKey.Length >= ShortestKey, $"Images:LinkKey must be set, to {ShortestKey} characters or more.")
            .ValidateOnStart();
        builder.Services.AddSingleton<ImageContent>();
        return builder;
    }

    public static void MapServing(this WebApplication app)
    {
        var images = app.MapGroup("/images").RequireInternalKey();
        images.MapGet("/{imageId:guid}", ReadImage.MetadataAsync);
        images.MapMethods("/{imageId:guid}/content", Reading, ReadImage.ContentAsync);

        app.MapMethods("/i/{imageId:guid}", Reading, OpenLink.ContentAsync);
    }
}
