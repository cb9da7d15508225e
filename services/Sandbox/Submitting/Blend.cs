using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"base64Array":["data:image/png;base64,..."],"dimensions":"PORTRAIT","state":"...","notifyHook":"..."}</c>, two to five pictures.</summary>
internal sealed record BlendRequest(string[]? Base64Array, string? Dimensions, string? BotType, string? State, string? NotifyHook) : ISubmitRequest;

internal static class Blend
{
    public static Ok<SubmitResult> Handle(BlendRequest request, Desk desk, HttpContext context)
    {
        if (request.Base64Array is not { Length: >= 2 and <= 5 } pictures || !pictures.All(DataUrl.IsPicture))
            return TypedResults.Ok(SubmitResult.Invalid("base64Array must be two to five data URLs of pictures"));
        float? ratio = request.Dimensions switch
        {
            "PORTRAIT" => 2f / 3,
            "SQUARE" or null => 1,
            "LANDSCAPE" => 3f / 2,
            _ => null,
        };
        if (ratio is null)
            return TypedResults.Ok(SubmitResult.Invalid("dimensions is PORTRAIT, SQUARE or LANDSCAPE"));

        // What the pictures show is not looked at, but the same pictures give the same blend.
        var (width, height) = desk.Pixels(ratio.Value);
        var hash = pictures.Aggregate(0UL, (sum, picture) => Dice.Mix(sum, Dice.Hash(picture)));
        var seed = (long)(hash & uint.MaxValue);
        return TypedResults.Ok(desk.Submit(context, request, new()
        {
            Action = "BLEND",
            Prompt = "",
            Description = $"/blend {pictures.Length}",
            BotType = request.BotType ?? "MID_JOURNEY",
            Picture = new Picture(Sentences.About(hash), width, height, Imagine.Grid(seed)),
            Seed = seed,
        }));
    }
}
