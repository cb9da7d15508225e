using System.Text.Json;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Tests;

/// <summary>The list of tools, as a client sees it before it calls anything.</summary>
public sealed class ToolCatalogueTests(Gateway gateway) : IClassFixture<Gateway>
{
    public static readonly string[] Names =
    [
        "answer_job", "blend_images", "cancel_job", "complete_job", "describe_image", "edit_image", "generate_image", "get_image",
        "get_job_status", "list_generations", "list_jobs", "list_models", "list_webhooks", "pull_job", "push_status", "push_webhook",
        "register_webhook", "search_generations", "shorten_prompt", "upscale_image", "vary_image", "wait_for_job",
    ];

    [Fact]
    public async Task Every_tool_says_what_it_is_in_the_same_way()
    {
        var tools = await ListAsync();
        Assert.Equal(Names, tools.Select(tool => (string)tool["name"]!).Order(StringComparer.Ordinal));
        Assert.All(tools, tool =>
        {
            Assert.NotEmpty((string)tool["title"]!);
            Assert.True(((string)tool["description"]!).Length > 40, (string)tool["name"]!);
            Assert.False((bool)tool["inputSchema"]!["additionalProperties"]!);
            Assert.Equal("object", (string?)tool["outputSchema"]!["type"]);
            Assert.Equal(4, new[] { "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint" }.Count(hint => tool["annotations"]![hint] is not null));
            Assert.All(tool["inputSchema"]!["properties"]?.AsObject() ?? [], property =>
                Assert.True(((string?)property.Value!["description"])?.Length > 5, $"{tool["name"]}.{property.Key}"));
        });
    }

    [Fact]
    public async Task No_schema_uses_what_some_clients_cannot_read()
    {
        foreach (var tool in await ListAsync())
        {
            var text = tool.ToJsonString();
            Assert.DoesNotContain("$ref", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"null\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_schemas_are_the_same_in_every_era()
    {
        using var http = gateway.CreateClient();
        var initialize = new JsonObject { ["protocolVersion"] = "2025-11-25", ["capabilities"] = new JsonObject(), ["clientInfo"] = new JsonObject { ["name"] = "t", ["version"] = "1" } };
        var session = (await Rpc.Handshake("initialize", initialize).SendAsync(http)).Headers.GetValues("Mcp-Session-Id").Single();
        var listing = Rpc.Handshake("tools/list");
        listing.Headers["Mcp-Session-Id"] = session;
        var old = (await listing.SendAsync(http)).Result["tools"]!.AsArray();
        Assert.Equal((await ListAsync()).Select(tool => tool.ToJsonString()).Order(StringComparer.Ordinal), old.Select(tool => tool!.ToJsonString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_list_is_the_same_under_whatever_id_it_is_asked_for()
    {
        using var http = gateway.CreateClient();
        var first = (await Rpc.Stateless("tools/list").SendAsync(http)).Result.ToJsonString();
        foreach (var id in new[] { "12345678901", "\"a \\\"word\\\"\"" })
        {
            var again = Rpc.Stateless("tools/list");
            again.Body = again.Body.Replace("\"id\":7", $"\"id\":{id}", StringComparison.Ordinal);
            var answer = (await again.SendAsync(http)).Messages.Single();
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(id), answer["id"]), $"{answer["id"]}");
            Assert.Equal(first, answer["result"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task The_whole_list_is_small_enough_for_a_models_context()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(await ListAsync()).Length;
        Assert.InRange(bytes, 1, 60_000);
    }

    private async Task<JsonObject[]> ListAsync()
    {
        using var http = gateway.CreateClient();
        return [.. (await Rpc.Stateless("tools/list").SendAsync(http)).Result["tools"]!.AsArray().Select(tool => tool!.AsObject())];
    }
}
