using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Sandbox.Drawing;
using MjAspire.Testing;

namespace MjAspire.Sandbox.Tests;

/// <summary>The sandbox in process, spoken to as a proxy's client would.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly RunningService _service;

    private Provider(RunningService service) => _service = service;

    public HttpClient Http => _service.Http;

    public static async Task<Provider> StartAsync(
        int delayMs = 0, int size = 64, string secret = "", string publicUrl = "", string dialect = "action", string fault = "", int slowMs = 8000,
        bool fourPictures = false) =>
        new(await RunningService.StartAsync<Program>(new Dictionary<string, string?>
        {
            ["Internal:Key"] = "a key for the tests only",
            ["Sandbox:DelayMs"] = $"{delayMs}",
            ["Sandbox:Size"] = $"{size}",
            ["Sandbox:ApiSecret"] = secret,
            ["Sandbox:PublicUrl"] = publicUrl,
            ["Sandbox:Dialect"] = dialect,
            ["Sandbox:Fault"] = fault,
            ["Sandbox:SlowMs"] = $"{slowMs}",
            ["Sandbox:FourPictures"] = $"{fourPictures}",
        }));

    /// <summary>A picture as it is put into JSON; another number, another picture.</summary>
    public static string DataUrl(int number = 1) =>
        $"data:image/png;base64,{Convert.ToBase64String(new Picture($"picture {number}", 16, 16, [PictureSeed.Of(number, 0)]).Draw())}";

    public async Task<JsonObject> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<JsonObject> FetchAsync(string id) => (await Http.GetFromJsonAsync<JsonObject>($"/mj/task/{id}/fetch"))!;

    public async Task<string> ImagineAsync(string prompt, string? hook = null, string? state = null) =>
        Taken(await PostAsync("/mj/submit/imagine", new { prompt, notifyHook = hook, state }));

    /// <summary>The task of an answer that says it was taken.</summary>
    public static string Taken(JsonObject answer)
    {
        Assert.Equal((1, "Submit success"), ((int)answer["code"]!, (string?)answer["description"]));
        return (string)answer["result"]!;
    }

    /// <summary>Presses the button of this label, or where that says nothing, of this emoji.</summary>
    public Task<JsonObject> PressAsync(JsonObject task, string label, string? state = null) => PostAsync("/mj/submit/action", new
    {
        taskId = (string)task["id"]!,
        customId = (string)task["buttons"]!.AsArray().Single(button => (string)button!["label"]! == label || (string)button["emoji"]! == label)!["customId"]!,
        state,
    });

    public Task<JsonObject> FinishedAsync(string id) => SeenAsync(id, "SUCCESS");

    public Task<JsonObject> SeenAsync(string id, string status) => Eventually.GetAsync(async () =>
        await FetchAsync(id) is var task && (string)task["status"]! == status ? task : null, $"task {id} to be {status}");

    /// <summary>A finished single picture, with the buttons that only those have.</summary>
    public async Task<JsonObject> UpscaledAsync(string prompt) =>
        await FinishedAsync(Taken(await PressAsync(await FinishedAsync(await ImagineAsync(prompt)), "U2")));

    /// <summary>What was bought, as task ids; null for everything.</summary>
    public async Task<string[]> PurchasesAsync(string? state = null)
    {
        var purchases = (await Http.GetFromJsonAsync<JsonArray>($"/sandbox/purchases{(state is null ? "" : $"?state={Uri.EscapeDataString(state)}")}"))!;
        return [.. purchases.Select(purchase => (string)purchase!["taskId"]!)];
    }

    public async Task<Png> PictureAsync(JsonObject task) => Png.Read(await Http.GetByteArrayAsync((string)task["imageUrl"]!));

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
