using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.Sandbox.Tests;

/// <summary>The sandbox in process, spoken to as a proxy's client would.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly RunningService _service;

    private Provider(RunningService service) => _service = service;

    public HttpClient Http => _service.Http;

    public static async Task<Provider> StartAsync(int delayMs = 0, int size = 64, string secret = "", string publicUrl = "") =>
        new(await RunningService.StartAsync<Program>(new Dictionary<string, string?>
        {
            ["Internal:Key"] = "a key for the tests only",
            ["Sandbox:DelayMs"] = $"{delayMs}",
            ["Sandbox:Size"] = $"{size}",
            ["Sandbox:ApiSecret"] = secret,
            ["Sandbox:PublicUrl"] = publicUrl,
        }));

    public async Task<JsonObject> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<JsonObject> FetchAsync(string id) => (await Http.GetFromJsonAsync<JsonObject>($"/mj/task/{id}/fetch"))!;

    public async Task<string> ImagineAsync(string prompt, string? hook = null)
    {
        var answer = await PostAsync("/mj/submit/imagine", new { prompt, notifyHook = hook });
        Assert.Equal(1, (int)answer["code"]!);
        return (string)answer["result"]!;
    }

    public Task<JsonObject> PressAsync(JsonObject task, string label) => PostAsync("/mj/submit/action", new
    {
        taskId = (string)task["id"]!,
        customId = (string)task["buttons"]!.AsArray().Single(button => (string)button!["label"]! == label)!["customId"]!,
    });

    public Task<JsonObject> FinishedAsync(string id) => Eventually.GetAsync(async () =>
        await FetchAsync(id) is var task && (string)task["status"]! == "SUCCESS" ? task : null, $"task {id} to finish");

    public async Task<Png> PictureAsync(JsonObject task) => Png.Read(await Http.GetByteArrayAsync((string)task["imageUrl"]!));

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
