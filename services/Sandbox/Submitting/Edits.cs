using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"prompt":"make it snow","image":"https://... or data:image/png;base64,...","state":"...","notifyHook":"..."}</c></summary>
internal sealed record EditsRequest(string? Prompt, string? Image, string? State, string? NotifyHook) : ISubmitRequest;

internal static class Edits
{
    public static Ok<SubmitResult> Handle(EditsRequest request, Desk desk, HttpContext context)
    {
        var prompt = FaultFlag.Strip(request.Prompt ?? "");
        if (prompt.Length == 0)
            return TypedResults.Ok(SubmitResult.Invalid("prompt cannot be empty"));
        var isAddress = Uri.TryCreate(request.Image, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        if (!isAddress && !DataUrl.IsPicture(request.Image))
            return TypedResults.Ok(SubmitResult.Invalid("image must be an http address or a data URL of a picture"));
        if (!PromptParameters.TryRead(prompt, out var parameters, out var why))
            return TypedResults.Ok(SubmitResult.Invalid(why));

        var (width, height) = desk.Pixels(parameters.Ratio);
        var seed = parameters.Seed ?? (long)(Dice.Mix(Dice.Hash(parameters.Words), Dice.Hash(request.Image!)) & uint.MaxValue);
        return TypedResults.Ok(desk.Submit(context, request, new()
        {
            Action = "EDIT",
            Prompt = prompt,
            Description = $"/edit {prompt}",
            Picture = new Picture(parameters.Words, width, height, Imagine.Grid(seed)),
            Seed = seed,
        }));
    }
}
