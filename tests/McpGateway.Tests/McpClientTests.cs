using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tests;

/// <summary>The official C# client, in every revision it speaks, over a real socket.</summary>
public sealed class McpClientTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static readonly string?[] Revisions = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28", null];

    public static TheoryData<string?> AllRevisions => new(Revisions);

    [Theory]
    [MemberData(nameof(AllRevisions))]
    public async Task A_client_makes_a_picture_whatever_revision_it_speaks(string? revision)
    {
        await using var client = await ConnectAsync(revision);
        Assert.Equal(revision ?? "2026-07-28", client.NegotiatedProtocolVersion);
        Assert.Contains("get_job_status", client.ServerInstructions, StringComparison.Ordinal);

        var started = await client.CallToolAsync("generate_image", new Dictionary<string, object?> { ["prompt"] = "a lighthouse" }, cancellationToken: Token);
        Assert.NotEqual(true, started.IsError);
        var jobId = started.StructuredContent!.Value.GetProperty("job_id").GetGuid();
        Assert.Equal("pending", started.StructuredContent!.Value.GetProperty("status").GetString());

        gateway.Stub.Change(jobId, StubServices.Finish);
        var status = await client.CallToolAsync("get_job_status", new Dictionary<string, object?> { ["job_id"] = jobId.ToString() }, cancellationToken: Token);
        Assert.Equal("completed", status.StructuredContent!.Value.GetProperty("status").GetString());
        Assert.Equal(5, status.Content.OfType<ResourceLinkBlock>().Count());
    }

    [Theory]
    [MemberData(nameof(AllRevisions))]
    public async Task The_tools_describe_themselves_whatever_revision_is_spoken(string? revision)
    {
        await using var client = await ConnectAsync(revision);
        var tools = await client.ListToolsAsync(cancellationToken: Token);

        Assert.Equal(ToolCatalogueTests.Names, tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.All(tools, tool =>
        {
            Assert.NotEmpty(tool.Title!);
            Assert.NotEmpty(tool.Description);
            Assert.False(tool.JsonSchema.GetProperty("additionalProperties").GetBoolean());
            Assert.Equal(JsonValueKind.Object, tool.ReturnJsonSchema!.Value.ValueKind);
            Assert.NotNull(tool.ProtocolTool.Annotations!.ReadOnlyHint);
        });
    }

    [Fact]
    public async Task An_unknown_tool_is_an_error_of_the_protocol()
    {
        await using var client = await ConnectAsync(null);
        var error = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("no_such_tool", cancellationToken: Token));
        Assert.Equal(McpErrorCode.InvalidParams, error.ErrorCode);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<McpClient> ConnectAsync(string? revision)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(gateway.Address, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Gateway.AdminKey}" },
        });
        return McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = revision }, cancellationToken: Token);
    }
}
