namespace MjAspire.Testing;

/// <summary>Some tests have a short form, for every run, and a long one, behind <c>make chaos</c>: <c>MJ_LONG=1</c>.</summary>
public static class LongForm
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("MJ_LONG") == "1";
}
