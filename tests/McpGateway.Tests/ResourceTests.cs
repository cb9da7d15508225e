using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tests;

/// <summary>Resources, their completion, and the prompts.</summary>
public sealed class ResourceTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_and_its_pictures_are_read_as_resources()
    {
        var (job, image) = Finished();
        using var http = gateway.CreateClient();
        var read = await ReadAsync(http, $"mj://jobs/{job}");
        Assert.Equal(job.ToString(), (string?)JsonNode.Parse((string)read["contents"]![0]!["text"]!)!["job"]!["job_id"]);

        var picture = await ReadAsync(http, $"mj://images/{image}");
        Assert.Equal(["image/jpeg", "application/json"], picture["contents"]!.AsArray().Select(content => (string?)content!["mimeType"]));
        Assert.NotEmpty((string)picture["contents"]![0]!["blob"]!);
        Assert.NotEmpty((string)JsonNode.Parse((string)picture["contents"]![1]!["text"]!)!["url"]!);
    }

    [Theory]
    [InlineData("mj://jobs/0197f3e0-0000-7000-8000-000000000000")]
    [InlineData("mj://images/0197f3e0-0000-7000-8000-000000000000")]
    [InlineData("mj://jobs/x")]
    [InlineData("file:///etc/passwd")]
    public async Task A_resource_that_is_not_there_is_an_error_that_names_it(string uri)
    {
        using var http = gateway.CreateClient();
        var answer = await Rpc.Stateless("resources/read", new() { ["uri"] = uri }, uri).SendAsync(http);
        Assert.Equal(-32602, answer.ErrorCode);
        Assert.Equal(uri, (string?)answer.Messages[^1]["error"]!["data"]!["uri"]);

        answer = await Rpc.Handshake("resources/read", new() { ["uri"] = uri }).SendAsync(http);
        Assert.Equal(-32002, answer.ErrorCode);
    }

    [Fact]
    public async Task Another_owners_resources_are_not_there()
    {
        var (job, image) = Finished();
        var (_, text) = await gateway.CreateKeyAsync();
        using var stranger = gateway.CreateClient(text);
        foreach (var uri in (string[])[$"mj://jobs/{job}", $"mj://images/{image}"])
            Assert.Equal(-32602, (await Rpc.Stateless("resources/read", new() { ["uri"] = uri }, uri).SendAsync(stranger)).ErrorCode);
        Assert.Empty((await Rpc.Stateless("resources/list").SendAsync(stranger)).Result["resources"]!.AsArray());
        Assert.Empty(await CompleteAsync(stranger, "mj://jobs/{id}", ""));
    }

    [Fact]
    public async Task The_newest_pictures_are_listed_and_ids_are_completed()
    {
        var (job, image) = Finished();
        using var http = gateway.CreateClient();
        var listed = (await Rpc.Stateless("resources/list").SendAsync(http)).Result["resources"]!.AsArray();
        Assert.Contains($"mj://images/{image}", listed.Select(resource => (string?)resource!["uri"]));

        var templates = (await Rpc.Stateless("resources/templates/list").SendAsync(http)).Result["resourceTemplates"]!.AsArray();
        Assert.Equal(["mj://images/{id}", "mj://jobs/{id}"], templates.Select(template => (string)template!["uriTemplate"]!).Order(StringComparer.Ordinal));

        Assert.Contains(job.ToString(), await CompleteAsync(http, "mj://jobs/{id}", job.ToString()[..30]));
        Assert.Contains(image.ToString(), await CompleteAsync(http, "mj://images/{id}", ""));
        Assert.Empty(await CompleteAsync(http, "mj://jobs/{id}", "zzz"));
    }

    [Fact]
    public async Task Prompts_help_to_write_prompts()
    {
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = new Uri(gateway.Address, "/mcp"),
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Gateway.AdminKey}" },
            }),
            cancellationToken: Token);
        Assert.Equal(
            ["improve_image_prompt", "picture_series", "write_image_prompt"],
            (await client.ListPromptsAsync(cancellationToken: Token)).Select(prompt => prompt.Name).Order(StringComparer.Ordinal));
        var prompt = await client.GetPromptAsync(
            "write_image_prompt", new Dictionary<string, object?> { ["idea"] = "a lighthouse", ["aspect_ratio"] = "16:9" }, cancellationToken: Token);
        var text = Assert.IsType<TextContentBlock>(prompt.Messages.Single().Content).Text;
        Assert.Contains("a lighthouse", text, StringComparison.Ordinal);
        Assert.Contains("aspect_ratio 16:9", text, StringComparison.Ordinal);

        var completed = await client.CompleteAsync(new PromptReference { Name = "write_image_prompt" }, "aspect_ratio", "16", cancellationToken: Token);
        Assert.Equal(["16:9"], completed.Completion.Values);
    }

    private (Guid Job, Guid Image) Finished()
    {
        var id = gateway.Stub.Add(Keys.AdminKey.Owner);
        var image = Guid.Empty;
        gateway.Stub.Change(id, job =>
        {
            StubServices.Finish(job);
            image = Guid.Parse((string)job["artifacts"]![0]!["image_id"]!);
        });
        return (id, image);
    }

    private static async Task<JsonObject> ReadAsync(HttpClient http, string uri) =>
        (await Rpc.Stateless("resources/read", new() { ["uri"] = uri }, uri).SendAsync(http)).Result;

    private static async Task<string[]> CompleteAsync(HttpClient http, string template, string begun)
    {
        var parameters = new JsonObject
        {
            ["ref"] = new JsonObject { ["type"] = "ref/resource", ["uri"] = template },
            ["argument"] = new JsonObject { ["name"] = "id", ["value"] = begun },
        };
        var values = (await Rpc.Stateless("completion/complete", parameters).SendAsync(http)).Result["completion"]!["values"]!.AsArray();
        return [.. values.Select(value => (string)value!)];
    }
}
