using System.Xml.Linq;
using MjAspire.Testing;

namespace MjAspire.Architecture.Tests;

public class LayoutTests
{
    private static readonly string[] Services = ["McpGateway", "WebhookIngress", "JobService", "DeliveryWorker", "ImageStore", "Sandbox"];

    public static TheoryData<string> AllServices() => [.. Services];

    [Theory, MemberData(nameof(AllServices))]
    public void A_service_references_contracts_and_defaults_and_never_another_service(string service)
    {
        var project = XDocument.Load(Path.Combine(Checkout.Root, "services", service, $"{service}.csproj"));

        var references = project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        Assert.Subset(new HashSet<string>(StringComparer.Ordinal) { "Contracts", "ServiceDefaults" }, references.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Contracts_depend_on_nothing()
    {
        var project = XDocument.Load(Path.Combine(Checkout.Root, "services", "Contracts", "Contracts.csproj"));

        Assert.Empty(project.Descendants("PackageReference"));
        Assert.Empty(project.Descendants("ProjectReference"));
    }

    [Theory, MemberData(nameof(AllServices))]
    public void A_program_is_a_table_of_contents(string service)
    {
        var lines = File.ReadAllLines(Path.Combine(Checkout.Root, "services", service, "Program.cs"))
            .Count(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal));

        Assert.True(lines <= 30, $"{service}/Program.cs has {lines} lines of its own; 30 is the most.");
    }

    [Fact]
    public void No_file_is_longer_than_a_reader_is_patient()
    {
        var long_ = Sources("services", "ServiceDefaults", "AppHost", "eng")
            .Select(file => (File: Path.GetRelativePath(Checkout.Root, file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > 300);

        Assert.Empty(long_);
    }

    [Fact]
    public void Nobody_is_called_helper_common_or_utils()
    {
        string[] banned = ["Helper", "Common", "Util", "Manager", "Misc"];

        var files = Directory.EnumerateFiles(Checkout.Root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Checkout.Root, file))
            .Where(file => !file.StartsWith('.') && banned.Any(word => file.Contains(word, StringComparison.Ordinal)));

        Assert.Empty(files);
    }

    /// <summary>A limit by the clock is passed by a busy machine as well as by a bad input. A pattern that needs one is written so that it needs none.</summary>
    [Fact]
    public void No_pattern_gives_up_by_the_clock()
    {
        var limited = Sources("services", "ServiceDefaults", "AppHost")
            .SelectMany(File.ReadLines)
            .Where(line => line.Contains("matchTimeoutMilliseconds: ", StringComparison.Ordinal)
                && !line.Contains("matchTimeoutMilliseconds: Timeout.Infinite", StringComparison.Ordinal));

        Assert.Empty(limited);
    }

    private static IEnumerable<string> Sources(params string[] roots) =>
        roots.SelectMany(root => Directory.EnumerateFiles(Path.Combine(Checkout.Root, root), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
