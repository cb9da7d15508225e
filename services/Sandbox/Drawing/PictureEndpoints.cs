using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Running;

namespace MjAspire.Sandbox.Drawing;

/// <summary><c>/mj/image/{task}.png</c>, and <c>/mj/image/{task}-{1..4}.png</c> for one of a grid's four.</summary>
internal static class PictureEndpoints
{
    private static readonly byte[] Page = "<!DOCTYPE html><html><title>Just a moment...</title><body>Checking your browser</body></html>"u8.ToArray();

    /// <summary>Open to everyone who has the address, as a CDN is.</summary>
    public static void MapPictures(this WebApplication app)
    {
        app.MapGet("/mj/image/{id:long}.png", Show);
        app.MapGet("/mj/image/{id:long}-{part:int:range(1,4)}.png", ShowPart);
    }

    private static Task<Results<FileContentHttpResult, NotFound>> Show(
        long id, TaskStore tasks, Studio studio, HttpResponse response, CancellationToken cancellationToken) =>
        ShowAsync(id, picture => picture, tasks, studio, response, cancellationToken);

    private static Task<Results<FileContentHttpResult, NotFound>> ShowPart(
        long id, int part, TaskStore tasks, Studio studio, HttpResponse response, CancellationToken cancellationToken) =>
        ShowAsync(id, picture => picture.Parts.Length == 4 ? picture.Part(part) : null, tasks, studio, response, cancellationToken);

    private static async Task<Results<FileContentHttpResult, NotFound>> ShowAsync(
        long id, Func<Picture, Picture?> choose, TaskStore tasks, Studio studio, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!tasks.TryGet(id.ToString(CultureInfo.InvariantCulture), out var task) || task.Faults.Has(Fault.DeadLink)
            || task.Picture is not { } whole || choose(whole) is not { } picture)
            return TypedResults.NotFound();
        if (task.Faults.Has(Fault.HtmlImage))
            return TypedResults.File(Page, "image/png");

        var finished = task.IsFinished;
        response.Headers.CacheControl = finished ? "public, max-age=31536000, immutable" : "no-store";
        return TypedResults.File(await studio.DrawAsync(picture, finished, cancellationToken), "image/png");
    }
}
