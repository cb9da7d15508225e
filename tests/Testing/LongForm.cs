namespace MjAspire.Testing;

/// <summary>Some tests have a short form, for every run, and a long one, behind <c>make chaos</c>: <c>MJ_LONG=1</c>. A few are only worth their time in the long one.</summary>
public static class LongForm
{
    public const string Reason = "Measured in the long form only: MJ_LONG=1, as make chaos sets.";

    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("MJ_LONG") == "1";
}
