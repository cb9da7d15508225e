namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>
/// The protocol's own conformance suite against our transport, with the suite's fixtures behind it: everything a revision requires, as the
/// suite froze it; and the last release of the suite's first line, which knows only the old era. What the suite itself does not score
/// (pending scenarios, extensions) is not asked for.
/// </summary>
public sealed class ConformanceTests(FixtureServer server) : IClassFixture<FixtureServer>
{
    private const string Newest = "@modelcontextprotocol/conformance";

    [Theory]
    [InlineData(Newest, "--requirements", "2026-07-28", 40)]
    [InlineData(Newest, "--requirements", "2025-11-25", 30)]
    [InlineData("conformance-old", "--suite", "active", 30)]
    public async Task Every_scored_check_passes(string suite, string option, string value, int fewest)
    {
        var results = Directory.CreateTempSubdirectory("conformance-");
        try
        {
            var (_, output) = await Suite.RunNodeAsync(
                $"{suite}/dist/index.js", ["server", "--url", new Uri(server.Address, "/mcp").ToString(), option, value, "-o", results.FullName]);
            var checks = Suite.Read(results.FullName);
            var wrong = checks.Where(check => check.Status is not ("SUCCESS" or "INFO" or "SKIPPED")).Where(check => !Unscored.Any(check.Scenario.Contains)).ToArray();
            Assert.True(wrong.Length == 0, $"{string.Join('\n', wrong.Select(check => check.ToString()))}\n{output}");
            Assert.True(checks.Count(check => check.Status == "SUCCESS") >= fewest, $"Only {checks.Count} checks ran.\n{output}");
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    /// <summary>Run by the suite "for visibility", and never counted.</summary>
    private static readonly string[] Unscored =
        ["tasks-", "json-schema-2020-12", "server-sse-polling", "http-header-validation", "http-custom-header-server-validation"];
}
