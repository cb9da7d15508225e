namespace MjAspire.Bench.Harness;

/// <summary>The checkout the bench runs from, and where it writes.</summary>
internal static class Checkout
{
    /// <summary>The folder that holds MjAspire.sln.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Data, logs, tools.</summary>
    public static string State { get; } = Path.Combine(Root, ".mj", "bench");

    /// <summary>As this program was built, so are the services it starts: Release for figures, Debug among the tests.</summary>
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "MjAspire.sln"))
            ? directory
            : Find(Path.GetDirectoryName(directory) ?? throw new BenchException("The bench does not run inside a checkout."));
}
