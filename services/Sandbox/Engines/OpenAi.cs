using System.Globalization;
using System.Text.Json.Nodes;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Purchasing;
using MjAspire.Sandbox.Submitting;

namespace MjAspire.Sandbox.Engines;

/// <summary>
/// OpenAI's image interface: <c>POST /v1/images/generations</c> and <c>/v1/images/edits</c>, <c>GET /v1/models</c>. Models named gpt-image-… answer with base64, others with a link.
/// <code>
/// {"created":1700000000,"data":[{"b64_json":"..."}]}    {"error":{"code":"insufficient_quota","type":"...","message":"..."}}
/// </code>
/// </summary>
internal static class OpenAi
{
    private const int MostAtOnce = 10;

    public static void MapOpenAi(this WebApplication app)
    {
        app.MapGet("/v1/models", Models);
        app.MapPost("/v1/images/generations", GenerateAsync);
        app.MapPost("/v1/images/edits", EditAsync).DisableAntiforgery();
        app.MapGet("/v1/images/files/{seed:long}-{width:int:range(64,2048)}x{height:int:range(64,2048)}.png", ShowAsync);
    }

    private static Task<IResult> GenerateAsync(
        JsonObject body, Studio studio, PurchaseBook purchases, TimeProvider time, HttpContext context, CancellationToken cancellationToken) =>
        AnswerAsync(
            new(body["model"]?.GetValue<string>() ?? "", body["prompt"]?.GetValue<string>() ?? "", body["n"]?.GetValue<int>() ?? 1, body["size"]?.GetValue<string>()),
            studio, purchases, time, context, cancellationToken);

    private static async Task<IResult> EditAsync(
        Studio studio, PurchaseBook purchases, TimeProvider time, HttpContext context, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        foreach (var file in form.Files)
        {
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, cancellationToken);
            if (!DataUrl.IsPicture($"data:{file.ContentType};base64,{Convert.ToBase64String(bytes.ToArray())}"))
                return Error(400, "invalid_image", "An image is not a PNG, JPEG or WebP picture");
        }
        if (form.Files.Count is 0 or > 16)
            return Error(400, "invalid_image", "1 to 16 images are edited");
        return await AnswerAsync(new(form["model"].ToString(), form["prompt"].ToString(), 1, form["size"].ToString()), studio, purchases, time, context, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        Order order, Studio studio, PurchaseBook purchases, TimeProvider time, HttpContext context, CancellationToken cancellationToken)
    {
        var key = EngineTrouble.Key(context);
        if (!EngineTrouble.IsKnown(context))
            return Stranger();
        if (order.Prompt.Length == 0 || order.Model.Length == 0 || order.Count is < 1 or > MostAtOnce || !TrySize(order.Size, out var width, out var height))
            return Error(400, "invalid_value", "model, prompt, n (1 to 10) and size (1024x1024) are needed");

        switch (EngineTrouble.Of(order.Prompt, key))
        {
            case EngineTrouble.Quota:
                return Error(429, "insufficient_quota", "You exceeded your current quota, please check your plan and billing details");
            case EngineTrouble.Busy:
                context.Response.Headers.RetryAfter = "2";
                return Error(429, "rate_limit_exceeded", "Rate limit reached");
            case EngineTrouble.Moderated:
                return Error(400, "moderation_blocked", "Your request was rejected as a result of our safety system");
            case EngineTrouble.NotAPicture:
                return Success(time, [new { b64_json = Convert.ToBase64String(EngineTrouble.Page) }]);
        }

        purchases.Add(null, $"openai {order.Model}", order.Prompt);
        var first = (long)(Dice.Hash(EngineTrouble.Words(order.Prompt)) & uint.MaxValue);
        if (!order.Model.StartsWith("gpt-image", StringComparison.Ordinal))
            return Success(time, [.. Enumerable.Range(0, order.Count).Select(n => new
            {
                url = $"{context.Request.Scheme}://{context.Request.Host}/v1/images/files/{first + n}-{width}x{height}.png",
            })]);

        var pictures = new List<object>();
        for (var n = 0; n < order.Count; n++)
        {
            var png = await studio.DrawAsync(new Picture(EngineTrouble.Words(order.Prompt), width, height, [PictureSeed.Of(first, n)]), true, cancellationToken);
            pictures.Add(new { b64_json = Convert.ToBase64String(png) });
        }
        return Success(time, pictures);
    }

    private static async Task<IResult> ShowAsync(long seed, int width, int height, Studio studio, CancellationToken cancellationToken) =>
        TypedResults.Bytes(
            await studio.DrawAsync(new Picture(seed.ToString(CultureInfo.InvariantCulture), width, height, [PictureSeed.Of(seed, 0)]), true, cancellationToken), "image/png");

    private static bool TrySize(string? size, out int width, out int height)
    {
        (width, height) = (1024, 1024);
        return string.IsNullOrEmpty(size) || size == "auto"
            || size.Split('x') is [var w, var h] && int.TryParse(w, out width) && int.TryParse(h, out height)
            && width is >= 64 and <= 2_048 && height is >= 64 and <= 2_048;
    }

    private static IResult Success(TimeProvider time, IReadOnlyList<object> data) =>
        TypedResults.Json(new { created = time.GetUtcNow().ToUnixTimeSeconds(), data });

    private static IResult Models(HttpContext context) => EngineTrouble.IsKnown(context)
        ? TypedResults.Json(new { @object = "list", data = new[] { new { id = "gpt-image-1", @object = "model", created = 0, owned_by = "sandbox" } } })
        : Stranger();

    private static IResult Stranger() => Error(401, "invalid_api_key", "Incorrect API key provided");

    private static IResult Error(int status, string code, string message) =>
        TypedResults.Json(new { error = new { code, message, type = "invalid_request_error" } }, statusCode: status);

    private sealed record Order(string Model, string Prompt, int Count, string? Size);
}
