using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Running;

namespace MjAspire.Sandbox.Drawing;

/// <summary>Draws on request; a picture is a few dozen bytes of seed until someone wants to see it.</summary>
internal sealed class Studio : IDisposable
{
    // Drawing takes processor and megabytes: no more at a time than there are processors.
    private readonly SemaphoreSlim _easels = new(Environment.ProcessorCount);

    public async Task<byte[]> DrawAsync(Picture picture, bool finished, CancellationToken cancellationToken)
    {
        await _easels.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => picture.Draw(blur: finished ? 1 : Math.Max(2, picture.Width / 32)), cancellationToken);
        }
        finally
        {
            _easels.Release();
        }
    }

    public void Dispose() => _easels.Dispose();
}

internal static class PictureEndpoint
{
    /// <summary>Open to everyone who has the address, as a CDN is.</summary>
    public static void MapPictures(this WebApplication app) => app.MapGet("/mj/image/{id}.png", Show);

    private static async Task<Results<FileContentHttpResult, NotFound>> Show(
        string id, TaskStore tasks, Studio studio, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!tasks.TryGet(id, out var task))
            return TypedResults.NotFound();

        var finished = task.IsFinished;
        response.Headers.CacheControl = finished ? "public, max-age=31536000, immutable" : "no-store";
        return TypedResults.File(await studio.DrawAsync(task.Picture, finished, cancellationToken), "image/png");
    }
}
