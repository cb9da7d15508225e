namespace MjAspire.Sandbox.Wire;

/// <summary><c>{"code":1,"description":"...","result":"1689231405853400","properties":{}}</c></summary>
internal sealed record SubmitResult(int Code, string Description, string? Result)
{
    public IReadOnlyDictionary<string, object> Properties { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    public static SubmitResult Accepted(string result) => new(1, "Submit success", result);

    public static SubmitResult NotFound() => new(3, "The related task does not exist or has expired", null);

    public static SubmitResult Invalid(string why) => new(4, why, null);

    public static SubmitResult SystemError() => new(9, "Submit failed, the queue is full", null);

    public static SubmitResult Existing(string result) => new(21, "The task already exists", result);

    /// <summary>The task waits for <c>mj/submit/modal</c>.</summary>
    public static SubmitResult Window(string result, string finalPrompt) => new(21, "Waiting for window confirm", result)
    {
        Properties = new Dictionary<string, object>(StringComparer.Ordinal) { ["finalPrompt"] = finalPrompt, ["remix"] = true },
    };

    public static SubmitResult QueueFull() => new(23, "The queue is full, try again later", null);

    public static SubmitResult Banned(string prompt, string word) => new(24, "May contain sensitive words", null)
    {
        Properties = new Dictionary<string, object>(StringComparer.Ordinal) { ["promptEn"] = prompt, ["bannedWord"] = word },
    };
}

/// <summary>
/// The other envelope, HTTP 200 as well: <c>{"success":false,"code":-1,"message":"...","timestamp":"2026-01-31 12:00:00"}</c>
/// </summary>
internal sealed record SecondEnvelope(bool Success, int Code, string Message, string Timestamp);
