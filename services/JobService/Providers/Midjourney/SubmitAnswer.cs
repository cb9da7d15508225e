using System.Text.Json;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>
/// The relay's answer to a submit, and what it means:
/// <code>
/// {"code":1,"description":"...","result":"1689231405853400","properties":{...}}
/// 1 submitted · 3 no account · 4 invalid · 9 system error, or the queue is full · 21 already exists, or wants a window confirmed
/// 22 queued · 23 queue full · 24 banned prompt · 30 rate limited
/// {"success":false,"code":-1,"message":"...","timestamp":"..."}        (the second envelope, HTTP 200 as well)
/// </code>
/// </summary>
internal sealed record SubmitAnswer
{
    public int Code { get; init; }
    public string? Description { get; init; }
    public string? Message { get; init; }
    public JsonElement? Result { get; init; }

    public SubmitOutcome Meaning() => Code switch
    {
        1 or 21 or 22 when TaskId is { Length: > 0 } id => new SubmitOutcome.Accepted(id, AskAtOnce: Code == 21),
        3 => new SubmitOutcome.Busy($"The provider has no account free: {Words}"),
        9 or 23 => new SubmitOutcome.Busy($"The provider's queue is full: {Words}"),
        30 => new SubmitOutcome.Busy($"The provider limits the rate: {Words}"),
        24 => new SubmitOutcome.Refused("E_PROMPT_BANNED", $"The provider does not draw this prompt: {Words}"),
        _ => new SubmitOutcome.Refused("E_PROVIDER_REFUSED", $"The provider refused the job (code {Code}): {Words}"),
    };

    private string? TaskId => Result switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private string Words => Description ?? Message ?? "no reason given";
}
