using System.Text.Json.Nodes;
using MjAspire.McpGateway.Tests.Conformance;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests.Clients;

/// <summary>Clients other people wrote: the TypeScript SDK's in both eras, and the MCP inspector's command line.</summary>
public sealed class NodeClientTests(Gateway gateway) : IClassFixture<Gateway>
{
    [Theory]
    [InlineData("modern")]
    [InlineData("legacy")]
    public async Task The_TypeScript_client_lists_calls_waits_cancels_and_reads(string era)
    {
        gateway.Stub.Requests.Clear();
        var script = Path.Combine(Checkout.Root, "tests", "McpGateway.Tests", "Clients", "typescript.mjs");
        var (code, output) = await Suite.RunNodeAsync(script, [gateway.Address.ToString(), Gateway.AdminKey, era], async line =>
        {
            // It waits for this job; a little later it is finished.
            if (line.StartsWith("job ", StringComparison.Ordinal))
            {
                var job = Guid.Parse(line[4..]);
                gateway.Stub.Change(job, StubServices.Finish);
                await gateway.PublishAsync(job, Keys.AdminKey.Owner);
            }
        });
        Assert.True(code == 0 && output.Contains("done", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task The_inspector_lists_calls_and_reads()
    {
        var tools = JsonNode.Parse(await InspectAsync("--method", "tools/list"))!["tools"]!.AsArray();
        Assert.Equal(ToolCatalogueTests.Names.Length, tools.Count);

        var started = JsonNode.Parse(await InspectAsync("--method", "tools/call", "--tool-name", "generate_image", "--tool-arg", "prompt=a lighthouse"))!;
        var job = (string)started["structuredContent"]!["job_id"]!;

        var read = JsonNode.Parse(await InspectAsync("--method", "resources/read", "--uri", $"mj://jobs/{job}"))!;
        Assert.Contains(job, (string)read["contents"]![0]!["text"]!, StringComparison.Ordinal);

        var prompts = JsonNode.Parse(await InspectAsync("--method", "prompts/list"))!;
        Assert.Equal(3, prompts["prompts"]!.AsArray().Count);
    }

    private async Task<string> InspectAsync(params string[] arguments)
    {
        var (code, output) = await Suite.RunNodeAsync(
            "@modelcontextprotocol/inspector/cli/build/cli.js",
            ["--cli", new Uri(gateway.Address, "/mcp").ToString(), "--header", $"Authorization: Bearer {Gateway.AdminKey}", .. arguments]);
        Assert.True(code == 0, output);
        return output[output.IndexOf('{')..(output.LastIndexOf('}') + 1)];
    }
}
