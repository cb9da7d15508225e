using System.Text.Json.Nodes;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Purchasing;

namespace MjAspire.Sandbox.Engines;

/// <summary>
/// Cloudflare Workers AI's interface: <c>POST /client/v4/accounts/{account}/ai/run/{model}</c>, <c>GET …/ai/models/search</c>.
/// <code>
/// flux  {"prompt","steps"}                           {"result":{"image":"&lt;base64&gt;"},"success":true,"errors":[],"messages":[]}
/// sdxl  {"prompt","negative_prompt","width","height","seed"} the bytes themselves
/// error {"success":false,"errors":[{"code":3036,"message":"..."}]}
/// </code>
/// </summary>
internal static class WorkersAi
{
    private const string Flux = "@cf/black-forest-labs/flux-1-schnell";
    private static readonly string[] Sdxl = ["@cf/bytedance/stable-diffusion-xl-lightning", "@cf/stabilityai/stable-diffusion-xl-base-1.0"];
    private static readonly string[] FluxMembers = ["prompt", "steps"];

    public static void MapWorkersAi(this WebApplication app)
    {
        app.MapPost("/client/v4/accounts/{account}/ai/run/{**model}", RunAsync);
        app.MapGet("/client/v4/accounts/{account}/ai/models/search", Models);
    }

    private static async Task<IResult> RunAsync(
        string account, string model, JsonObject body, Studio studio, PurchaseBook purchases, HttpContext context, CancellationToken cancellationToken)
    {
        var prompt = body["prompt"]?.GetValue<string>() ?? "";
        if (!EngineTrouble.IsKnown(context))
            return Stranger();
        if (model != Flux && !Sdxl.Contains(model))
            return Error(404, 3042, $"No such model {model}");
        if (prompt.Length is 0 or > 2_048)
            return Error(400, 5007, "prompt must have 1 to 2048 characters");
        if (model == Flux && body.Select(member => member.Key).Except(FluxMembers).Any())
            return Error(400, 5006, "Additional properties are not allowed");

        switch (EngineTrouble.Of(prompt, account))
        {
            case EngineTrouble.Quota:
                return Error(429, 3036, "You have used up your daily free allocation");
            case EngineTrouble.Busy:
                return Error(429, 3040, "Capacity temporarily exceeded, please try again");
            case EngineTrouble.Moderated:
                return Error(400, 3030, "Your input is flagged as NSFW");
            case EngineTrouble.NotAPicture:
                return TypedResults.Bytes(EngineTrouble.Page, "image/png");
        }

        var words = EngineTrouble.Words(prompt);
        var (width, height) = model == Flux ? (1024, 1024) : (body["width"]?.GetValue<int>() ?? 1024, body["height"]?.GetValue<int>() ?? 1024);
        var seed = body["seed"]?.GetValue<long>() ?? (long)(Dice.Hash(words) & uint.MaxValue);
        var png = await studio.DrawAsync(new Picture(words, width, height, [PictureSeed.Of(seed, 0)]), true, cancellationToken);
        purchases.Add(null, $"workers-ai {model}", prompt);
        return model == Flux
            ? TypedResults.Json(new { result = new { image = Convert.ToBase64String(png) }, success = true, errors = Array.Empty<object>(), messages = Array.Empty<object>() })
            : TypedResults.Bytes(png, "image/png");
    }

    private static IResult Models(HttpContext context) => EngineTrouble.IsKnown(context)
        ? TypedResults.Json(new { result = new[] { new { name = Flux, task = new { name = "Text-to-Image" } } }, success = true, errors = Array.Empty<object>(), messages = Array.Empty<object>() })
        : Stranger();

    private static IResult Stranger() => Error(401, 10000, "Authentication error");

    private static IResult Error(int status, int code, string message) =>
        TypedResults.Json(new { success = false, errors = new[] { new { code, message } }, messages = Array.Empty<object>(), result = (object?)null }, statusCode: status);
}
