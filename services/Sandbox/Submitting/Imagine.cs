using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"prompt":"Cat --ar 16:9","base64Array":["data:image/png;base64,..."],"botType":"MID_JOURNEY","state":"...","notifyHook":"..."}</c></summary>
internal sealed record ImagineRequest(string? Prompt, string[]? Base64Array, string? BotType, string? State, string? NotifyHook) : ISubmitRequest;

internal static class Imagine
{
    public static Ok<SubmitResult> Handle(ImagineRequest request, Desk desk, HttpContext context)
    {
        var prompt = FaultFlag.Strip(request.Prompt ?? "");
        if (prompt.Length == 0)
            return TypedResults.Ok(SubmitResult.Invalid("prompt cannot be empty"));
        if (!(request.Base64Array ?? []).All(DataUrl.IsPicture))
            return TypedResults.Ok(SubmitResult.Invalid("base64Array must be data URLs of pictures"));
        if (!PromptParameters.TryRead(prompt, out var parameters, out var why))
            return TypedResults.Ok(SubmitResult.Invalid(why));

        var (width, height) = desk.Pixels(parameters.Ratio);
        var seed = parameters.Seed ?? (long)(Dice.Hash(parameters.Words) & uint.MaxValue);
        return TypedResults.Ok(desk.Submit(context, request, new()
        {
            Action = "IMAGINE",
            Prompt = prompt,
            Description = $"/imagine {prompt}",
            BotType = request.BotType ?? "MID_JOURNEY",
            Picture = new Picture(parameters.Words, width, height, Grid(seed)),
            Seed = seed,
        }));
    }

    public static PictureSeed[] Grid(long seed) => [.. Enumerable.Range(0, 4).Select(part => PictureSeed.Of(seed, part))];
}
