namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>The product's own endpoint in those scenarios that need no fixtures of the suite's.</summary>
public sealed class ProductConformanceTests(Gateway gateway, OpenGateway open) : IClassFixture<Gateway>, IClassFixture<OpenGateway>
{
    [Theory]
    [InlineData("2026-07-28", "tools-list")]
    [InlineData("2026-07-28", "prompts-list")]
    [InlineData("2026-07-28", "resources-list")]
    [InlineData("2026-07-28", "caching")]
    [InlineData("2026-07-28", "sep-2164-resource-not-found")]
    [InlineData("2026-07-28", "dns-rebinding-protection")]
    [InlineData("2026-07-28", "input-required-result-unsupported-methods")]
    [InlineData("2025-11-25", "server-initialize")]
    [InlineData("2025-11-25", "ping")]
    [InlineData("2025-11-25", "tools-list")]
    [InlineData("2025-11-25", "prompts-list")]
    [InlineData("2025-11-25", "resources-list")]
    [InlineData("2025-11-25", "server-session-lifecycle")]
    [InlineData("2025-11-25", "server-sse-multiple-streams")]
    public async Task A_scenario_passes(string revision, string scenario)
    {
        var results = Directory.CreateTempSubdirectory("conformance-");
        try
        {
            var (_, output) = await Suite.RunNodeAsync(
                "@modelcontextprotocol/conformance/dist/index.js",
                ["server", "--url", open.Through(gateway), "--scenario", scenario, "--spec-version", revision, "-o", results.FullName]);
            var checks = Suite.Read(results.FullName);
            Assert.True(checks.Count > 0 && checks.All(check => check.Status is "SUCCESS" or "INFO" or "SKIPPED"), $"{string.Join('\n', checks)}\n{output}");
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }
}
