using MjAspire.ImageStore.Editing;
using MjAspire.ImageStore.Searching;
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
            .Validate(options => options.PublicUrl is null or { IsAbsoluteUri: true }, "Images:PublicUrl is an absolute address.")
            .ValidateOnStart();
        builder.Services.AddSingleton<ImageContent>();
        builder.Services.AddSingleton<ImageLinks>();
        return builder;
    }

    public static void MapServing(this WebApplication app)
    {
        var images = app.MapGroup("/images").RequireInternalKey();
        images.MapGet("", SearchImages.ListAsync);
        images.MapGet("/{imageId:guid}", ReadImage.MetadataAsync);
        images.MapPatch("/{imageId:guid}", EditImage.DescribeAsync);
        images.MapDelete("/{imageId:guid}", EditImage.RemoveAsync);
        images.MapMethods("/{imageId:guid}/content", Reading, ReadImage.ContentAsync);

        app.MapMethods("/i/{imageId:guid}", Reading, OpenLink.ContentAsync);
    }
}
