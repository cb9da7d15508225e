using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"base64":"data:image/png;base64,...","state":"...","notifyHook":"..."}</c>, or in the action dialect <c>"link":"https://..."</c> instead.</summary>
internal sealed record DescribeRequest(string? Base64, string? Link, string? BotType, string? State, string? NotifyHook) : ISubmitRequest;

internal static class Describe
{
    public static Ok<SubmitResult> Handle(DescribeRequest request, Desk desk, HttpContext context)
    {
        var isLink = request.Base64 is null && Uri.TryCreate(request.Link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        if (!isLink && !DataUrl.IsPicture(request.Base64))
            return TypedResults.Ok(SubmitResult.Invalid("base64 must be a data URL of a picture"));

        // What the picture shows is not looked at, but the same picture is described in the same words.
        var hash = Dice.Hash((request.Base64 ?? request.Link)!);
        return TypedResults.Ok(desk.Submit(context, request, new()
        {
            Action = "DESCRIBE",
            Prompt = "",
            Description = "/describe",
            BotType = request.BotType ?? "MID_JOURNEY",
            Answer = Sentences.Numbered(Enumerable.Range(1, 4).Select(n => $"{Sentences.About(Dice.Mix(hash, (ulong)n))} --ar 1:1")),
        }));
    }
}
