using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace MjAspire.EndToEnd.Tests;

/// <summary>One delivery: an event, perhaps not for the first time.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
internal sealed record Delivered(string Id, JsonObject Body)
{
    public string Type => Body["type"]!.GetValue<string>();

    public string? JobId => Body["data"]?["job_id"]?.GetValue<string>();

    public int Sequence => Body["data"]!["sequence"]!.GetValue<int>();

    public bool IsLast => Type is "job.completed" or "job.failed" or "job.cancelled";
}

/// <summary>A customer's webhook, registered through the gateway, which checks each signature itself, by the book.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private string _secret = "";

    private Receiver(WebApplication app) => _app = app;

    /// <summary>What came and was signed right, in order.</summary>
    public ConcurrentQueue<Delivered> Events { get; } = new();

    /// <summary>What came and was not.</summary>
    public ConcurrentQueue<string> Forgeries { get; } = new();

    public static async Task<Receiver> StartAsync(HttpClient gateway, params string[] events)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(app);
        app.MapPost("/hook", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            receiver.Take(context.Request.Headers, body.ToArray());
        });
        await app.StartAsync();

        using var response = await gateway.PostAsJsonAsync("/api/endpoints", new { url = $"{app.Urls.First()}/hook", events });
        Assert.True(response.IsSuccessStatusCode, $"A webhook could not be registered: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        receiver._secret = (await response.Content.ReadFromJsonAsync<JsonObject>())!["secret"]!.GetValue<string>();
        return receiver;
    }

    /// <summary>What came about one job, in order.</summary>
    public IReadOnlyList<Delivered> Of(string jobId) => [.. Events.Where(seen => seen.JobId == jobId)];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Standard Webhooks: <c>v1,base64(HMAC-SHA256(secret, "{id}.{timestamp}.{body}"))</c>.</summary>
    private void Take(Microsoft.AspNetCore.Http.IHeaderDictionary headers, byte[] body)
    {
        var id = headers["webhook-id"].ToString();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{headers["webhook-timestamp"]}."), .. body];
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(_secret["whsec_".Length..]), signed))}";
        if (headers["webhook-signature"].ToString().Split(' ').Contains(expected))
            Events.Enqueue(new(id, JsonNode.Parse(body)!.AsObject()));
        else
            Forgeries.Enqueue(id);
    }
}
