using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MjAspire.ImageStore.Tests;

/// <summary>The outside: a web server that answers as a test wants it to, and counts.</summary>
internal sealed class PictureServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _visits = new(StringComparer.Ordinal);

    private PictureServer(WebApplication app) => _app = app;

    public static async Task<PictureServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new PictureServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A new link, with a secret in its query, and what it answers.</summary>
    public string Link(RequestDelegate answer)
    {
        var path = $"/{Guid.CreateVersion7():N}";
        _answers[path] = answer;
        return $"{_app.Urls.Single()}{path}?token=secret";
    }

    public string Link(byte[] body, string contentType = "application/octet-stream") => Link(context =>
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    });

    public string Link(int status) => Link(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public int VisitsTo(string link) => _visits.GetValueOrDefault(new Uri(link).AbsolutePath);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _visits.AddOrUpdate(path, 1, (_, count) => count + 1);
        return _answers[path](context);
    }
}
