namespace MjAspire.Testing;

/// <summary>The checkout the tests run from.</summary>
public static class Checkout
{
    /// <summary>The folder that holds MjAspire.sln.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "MjAspire.sln"))
            ? directory
            : Find(Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run inside a checkout."));
}
