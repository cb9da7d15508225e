using Microsoft.AspNetCore.Http.Extensions;
using MjAspire.McpGateway.Keys;
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
    public static void MapImages(this IEndpointRouteBuilder app, RequestDelegate images)
    {
        app.Forward(HttpMethods.Get, "/images", images).RequireScope(Scopes.Read);
        app.MapGet("/images/{id:guid}", (Guid id, string? w, string? format, string? encoding, HttpContext context) =>
            ReadAsync(id, w, format, encoding, context, images)).RequireScope(Scopes.Read).AddEndpointFilter<Refusals>();
        app.Forward(HttpMethods.Patch, "/images/{id:guid}", images).RequireScope(Scopes.Generate);
        app.Forward(HttpMethods.Delete, "/images/{id:guid}", images).RequireScope(Scopes.Generate);
        app.Forward(HttpMethods.Get, "/images/{id:guid}/content", images).RequireScope(Scopes.Read);

        // The signature in the link is the permission.
        app.MapMethods("/i/{id:guid}", [HttpMethods.Get, HttpMethods.Head], images).AllowAnonymous();
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
