using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MjAspire.JobService.Tests;

/// <summary>A midjourney-proxy relay a test holds in its hand: it answers what the test says, and shows what it was asked.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _numbering = new();

    private Relay(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Every submit that arrived, as JSON.</summary>
    public ConcurrentQueue<JsonObject> Submits { get; } = new();

    /// <summary>How submits are answered; accepts each as <c>task-1</c>, <c>task-2</c> ... unless told otherwise.</summary>
    public Func<HttpContext, JsonObject, Task<object?>> OnSubmit { get; set; } = (_, _) => Task.FromResult<object?>(null);

    /// <summary>What a fetch of a task shows.</summary>
    public ConcurrentDictionary<string, object> Tasks { get; } = new(StringComparer.Ordinal);

    public static async Task<Relay> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var relay = new Relay(app);
        app.MapPost("/mj/submit/{operation}", (Delegate)relay.SubmitAsync);
        app.MapGet("/mj/task/{id}/fetch", (string id) => relay.Tasks.TryGetValue(id, out var task) ? Results.Json(task) : Results.Ok());
        app.MapPost("/mj/task/list-by-condition", (JsonObject body) => Results.Json(
            body["ids"]!.AsArray().Select(id => relay.Tasks.GetValueOrDefault(id!.GetValue<string>())).Where(task => task is not null)));
        await app.StartAsync();
        return relay;
    }

    /// <summary>A finished task as relays show it.</summary>
    public static object Success(string id, Guid job) => new
    {
        id,
        state = job.ToString(),
        action = "IMAGINE",
        status = "SUCCESS",
        progress = "100%",
        imageUrl = "https://pictures.example/grid.png",
        buttons = new[] { new { customId = "MJ::JOB::upsample::1::abc", label = "U1" } },
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> SubmitAsync(HttpContext context)
    {
        var body = (await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body, cancellationToken: context.RequestAborted))!;
        int number;
        lock (_numbering) // two at once are two tasks, numbered as they stand in the queue
        {
            Submits.Enqueue(body);
            number = Submits.Count;
        }
        return Results.Json(await OnSubmit(context, body) ?? new { code = 1, description = "Submitted", result = $"task-{number}" });
    }
}
