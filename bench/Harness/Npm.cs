namespace MjAspire.Bench.Harness;

/// <summary>What is measured against and comes from npm; eng/bench installs it.</summary>
internal static class Npm
{
    public const string Missing = "the servers from npm are not installed (eng/bench says why)";

    public static string Folder { get; } = Path.Combine(Checkout.State, "..", "bench-peers");

    public static string Node => "node";

    public static bool IsInstalled => Directory.Exists(Path.Combine(Folder, "node_modules", "bullmq"));

    /// <summary>A script of bench/peers, copied beside the packages it imports.</summary>
    public static string Script(string name) => Path.Combine(Folder, name);
}
