namespace MjAspire.Sandbox.Wire;

/// <summary><c>{"code":1,"description":"...","result":"1689231405853400","properties":{}}</c></summary>
internal sealed record SubmitResult(int Code, string Description, string? Result)
{
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static SubmitResult Accepted(string result) => new(1, "Submit success", result);

    public static SubmitResult NotFound() => new(3, "The related task does not exist or has expired", null);

    public static SubmitResult Invalid(string why) => new(4, why, null);

    public static SubmitResult QueueFull() => new(23, "The queue is full, try again later", null);
}
