using System.Xml.Linq;
using MjAspire.Testing;

namespace MjAspire.Architecture.Tests;

/// <summary>The packages the design names are the ones the project stands on.</summary>
public class PackageTests
{
    [Theory]
    [InlineData("AppHost", "Aspire.Hosting.AppHost")]
    [InlineData("AppHost", "Aspire.Hosting.Redis")]
    [InlineData("AppHost", "Aspire.Hosting.PostgreSQL")]
    [InlineData("AppHost", "Aspire.Hosting.RabbitMQ")]
    [InlineData("tests/EndToEnd.Tests", "Aspire.Hosting.Testing")]
    [InlineData("ServiceDefaults", "Aspire.StackExchange.Redis")]
    [InlineData("ServiceDefaults", "Aspire.Npgsql")]
    [InlineData("ServiceDefaults", "MassTransit.RabbitMQ")]
    [InlineData("ServiceDefaults", "OpenTelemetry.Extensions.Hosting")]
    [InlineData("services/McpGateway", "ModelContextProtocol.AspNetCore")]
    [InlineData("tests", "xunit.v3.mtp-off")]
    public void A_package_of_the_design_is_referenced(string folder, string package)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder)).Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) || file.EndsWith("Directory.Build.props", StringComparison.Ordinal));

        var references = files.SelectMany(file => XDocument.Load(file).Descendants("PackageReference")).Select(reference => (string?)reference.Attribute("Include"));

        Assert.Contains(package, references);
    }

    [Fact]
    public void Every_version_that_is_pinned_is_used()
    {
        var pinned = XDocument.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(version => (string)version.Attribute("Include")!);
        var projects = Directory.EnumerateFiles(Checkout.Root, "*.csproj", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Checkout.Root, "Directory.Build.props", SearchOption.AllDirectories));
        var referenced = projects.SelectMany(file => XDocument.Load(file).Descendants("PackageReference")).Select(reference => (string?)reference.Attribute("Include"));

        // What packages bring along, pinned where the version they name is not the newest, or not to be had everywhere.
        string[] transitive = ["Nerdbank.MessagePack", "Npgsql.OpenTelemetry", "Polly.Extensions", "StackExchange.Redis"];

        Assert.Equal([], pinned.Except(transitive).Except(referenced));
    }
}
