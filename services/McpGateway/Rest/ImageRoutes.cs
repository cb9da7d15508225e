using Microsoft.AspNetCore.Http.Extensions;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Rest;

/// <summary>
/// <c>/images</c>. What one wants of a picture stands in the address, so that a link means the same to everyone who opens it:
/// <code>
/// GET /images/{id}                              metadata, JSON
/// GET /images/{id}?w=512&amp;format=webp           the picture so, bytes
/// GET /images/{id}/content[?w=…&amp;format=…]      the picture, bytes
/// GET /images/{id}?encoding=base64[&amp;w=…]       metadata, and the picture in it: "content": {"media_type","bytes","data"}
/// </code>
/// </summary>
internal static class ImageRoutes
{
    private static readonly ApiParameter[] Variant =
        [new("w", "Width in pixels, 16 to 2048.", IsNumber: true), new("format", "png, jpeg or webp.")];

    public static void MapImages(this IEndpointRouteBuilder app, RequestDelegate images)
    {
        app.Forward("GET", "/images", images).RequireScope(Scopes.Read)
            .Describe("Lists and searches pictures, newest first", "E_LIMIT", "E_QUERY", "E_CURSOR", "E_SERIALIZATION_ERROR")
            .Takes(
                new("q", "Words of prompt, tags or description, as in a web search."), new("tag", "A tag."), new("job_id", "A job's pictures."),
                new("model", "A model's name."), new("operation", "imagine, upscale ..."), new("from", "ISO 8601."), new("until", "ISO 8601."),
                new("limit", "How many on a page, 1 to 100.", IsNumber: true), new("cursor", "next_cursor of the page before."))
            .Produces<ImageList>();
        app.MapGet("/images/{id:guid}", (Guid id, string? w, string? format, string? encoding, HttpContext context) =>
                ReadAsync(id, w, format, encoding, context, images))
            .RequireScope(Scopes.Read).AddEndpointFilter<Refusals>()
            .Describe("A picture's metadata; with w or format the picture so; with encoding=base64 both in JSON",
                "E_IMAGE_NOT_FOUND", "E_ENCODING", "E_IMAGE_VARIANT", "E_TOO_LARGE")
            .Produces<ImageDocument>().WithMetadata(new ApiPicture());
        app.Forward("PATCH", "/images/{id:guid}", images).RequireScope(Scopes.Generate)
            .Describe("Says something of a picture", "E_IMAGE_NOT_FOUND", "E_TAGS", "E_DESCRIPTION").Reads<ImageNotes>().Produces<ImageDocument>();
        app.Forward("DELETE", "/images/{id:guid}", images).RequireScope(Scopes.Generate)
            .Describe("Takes a picture away", "E_IMAGE_NOT_FOUND").Produces(204);
        app.Forward("GET", "/images/{id:guid}/content", images).RequireScope(Scopes.Read)
            .Describe("The picture", "E_IMAGE_NOT_FOUND", "E_IMAGE_VARIANT")
            .Takes(Variant).Produces<byte[]>(200, ApiPicture.MediaTypes[0], ApiPicture.MediaTypes[1..]);

        // The signature in the link is the permission.
        app.Forward("GET", "/i/{id:guid}", images).AllowAnonymous()
            .Describe("A signed link, as in download_url", "E_LINK_INVALID", "E_LINK_EXPIRED", "E_IMAGE_NOT_FOUND", "E_IMAGE_VARIANT")
            .Takes([new("e", "When it expires, Unix seconds."), new("s", "The signature."), .. Variant])
            .Produces<byte[]>(200, ApiPicture.MediaTypes[0], ApiPicture.MediaTypes[1..]);
        app.MapMethods("/i/{id:guid}", ["HEAD"], images).AllowAnonymous();
    }

    private static async Task ReadAsync(Guid id, string? w, string? format, string? encoding, HttpContext context, RequestDelegate images)
    {
        if (encoding is null)
        {
            if (w is not null || format is not null)
                context.Request.Path = $"/images/{id}/content";
            await images(context);
            return;
        }
        if (encoding != "base64")
        {
            await Problems.Of(400, "E_ENCODING", "encoding is base64, or left out.").ExecuteAsync(context);
            return;
        }

        var variant = new QueryBuilder();
        if (w is not null)
            variant.Add("w", w);
        if (format is not null)
            variant.Add("format", format);
        var picture = await context.RequestServices.GetRequiredService<EmbeddedImages>()
            .ReadAsync(context.User.OwnerId(), id, variant.ToString(), context.RequestAborted);
        await (picture is null
            ? Problems.Of(413, "E_TOO_LARGE", $"Only pictures up to {EmbeddedImages.Largest >> 20} MB come in base64. Ask for a smaller one with w=1024, or for the bytes.")
            : (IResult)TypedResults.Ok(picture)).ExecuteAsync(context);
    }
}
