using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"prompt":"a very long prompt","state":"...","notifyHook":"..."}</c></summary>
internal sealed record ShortenRequest(string? Prompt, string? BotType, string? State, string? NotifyHook) : ISubmitRequest;

internal static class Shorten
{
    private const int Suggestions = 5;

    public static Ok<SubmitResult> Handle(ShortenRequest request, Desk desk, HttpContext context)
    {
        var prompt = FaultFlag.Strip(request.Prompt ?? "");
        var words = prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return TypedResults.Ok(SubmitResult.Invalid("prompt cannot be empty"));

        // Each suggestion is a fifth shorter than the one before.
        var shorter = Enumerable.Range(0, Suggestions).Select(n => words.Take(Math.Max(1, words.Length * (Suggestions - n) / (Suggestions + 1))));
        return TypedResults.Ok(desk.Submit(context, request, new()
        {
            Action = "SHORTEN",
            Prompt = prompt,
            Description = $"/shorten {prompt}",
            BotType = request.BotType ?? "MID_JOURNEY",
            Answer = Sentences.Numbered(shorter.Select(rest => string.Join(' ', rest))),
        }));
    }
}
