using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MjAspire.Sandbox.Tests;

/// <summary>A real server that a task's hook can point to.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HookReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<(JsonObject Task, IHeaderDictionary Headers)> Calls { get; } = [];

    public string Url => $"{_app.Urls.First()}/hook/secret-token";

    public int Answer { get; set; } = 200;

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HookReceiver(builder.Build());
        receiver._app.MapPost("/hook/secret-token", async (HttpRequest request) =>
        {
            var task = (await JsonNode.ParseAsync(request.Body))!.AsObject();
            receiver.Calls.Enqueue((task, new HeaderDictionary(request.Headers.ToDictionary())));
            return Results.StatusCode(receiver.Answer);
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
