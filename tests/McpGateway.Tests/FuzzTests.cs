using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.McpGateway.Mcp;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Ten thousand messages nobody would send. The seed is in the failure's message.</summary>
public sealed class FuzzTests(Gateway gateway) : IClassFixture<Gateway>
{
    private const int Messages = 10_000, AtOnce = 16;

    /// <summary>Nothing of it may ever come back to anyone else.</summary>
    private const string Secret = "the-other-owners-secret";

    [Fact]
    public async Task Mutated_messages_never_break_the_server_or_show_another_owners_things()
    {
        var seed = Random.Shared.Next();
        var foreign = gateway.Stub.Add(Guid.CreateVersion7());
        gateway.Stub.Change(foreign, job => job["input_data"]!["prompt"] = Secret);
        var (_, text) = await gateway.CreateKeyAsync();
        var sessions = gateway.Services.GetRequiredService<ClientSessions>();

        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 })
        {
            BaseAddress = gateway.Address,
            Timeout = Eventually.Patience,
            DefaultRequestHeaders = { Authorization = new("Bearer", text) },
        };
        var templates = Templates(foreign.ToString());
        await Parallel.ForAsync(0, Messages, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellationToken) =>
        {
            var random = new Random(seed + number);
            var rpc = Mutate(templates[random.Next(templates.Length)], random);
            using var message = rpc.ToMessage();
            using var response = await http.SendAsync(message, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            gateway.Stub.Requests.Clear();

            Assert.True((int)response.StatusCode < 500, $"seed {seed}, message {number}: {response.StatusCode} {body}\n{rpc.Body}");
            Assert.False(body.Contains(Secret, StringComparison.Ordinal), $"seed {seed}, message {number}: {body}\n{rpc.Body}");
            Assert.False(body.Contains("   at ", StringComparison.Ordinal), $"seed {seed}, message {number}: {body}\n{rpc.Body}");
            Assert.False(body.Contains("E_INTERNAL", StringComparison.Ordinal), $"seed {seed}, message {number}: {body}\n{rpc.Body}");
        });

        using var alive = await http.SendAsync(Rpc.Stateless("tools/list").ToMessage(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.InRange(sessions.Count, 0, 100);
    }

    private static Rpc[] Templates(string foreign)
    {
        static JsonObject Tool(string name, JsonObject arguments) => new() { ["name"] = name, ["arguments"] = arguments };
        var tasks = new JsonObject { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } };
        return
        [
            Rpc.Call("get_job_status", new() { ["job_id"] = foreign }),
            Rpc.Call("pull_job", new() { ["job_id"] = foreign, ["include_history"] = true }),
            Rpc.Call("generate_image", new() { ["prompt"] = "x", ["images"] = new JsonArray("https://example.com/a.png"), ["speed"] = "fast" }),
            Rpc.Call("push_status", new() { ["job_id"] = foreign, ["status"] = "RUNNING", ["progress"] = new JsonObject { ["percentage"] = 5 } }),
            Rpc.Call("complete_job", new()
            {
                ["job_id"] = foreign, ["final_status"] = "DONE", ["summary"] = new JsonObject(),
                ["artifacts"] = new JsonArray(new JsonObject { ["name"] = "a", ["path"] = "b" }),
            }),
            Rpc.Call("list_jobs", new() { ["status"] = "completed", ["limit"] = 3 }),
            Rpc.Call("edit_image", new() { ["image"] = $"mj://jobs/{foreign}", ["action"] = "zoom", ["factor"] = 2 }),
            Rpc.Call("answer_job", new() { ["job_id"] = foreign, ["answer"] = new JsonObject { ["a"] = 1 } }),
            Rpc.Stateless("resources/read", new() { ["uri"] = $"mj://jobs/{foreign}" }, $"mj://jobs/{foreign}"),
            Rpc.Stateless("tasks/get", new() { ["taskId"] = foreign }, foreign, tasks),
            Rpc.Stateless("tasks/update", new() { ["taskId"] = foreign, ["inputResponses"] = new JsonObject { ["answer"] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject() } } }, foreign, tasks),
            Rpc.Stateless("completion/complete", new()
            {
                ["ref"] = new JsonObject { ["type"] = "ref/resource", ["uri"] = "mj://jobs/{id}" }, ["argument"] = new JsonObject { ["name"] = "id", ["value"] = "0" },
            }),
            Rpc.Stateless("prompts/get", new() { ["name"] = "write_image_prompt", ["arguments"] = new JsonObject { ["idea"] = "x" } }, "write_image_prompt"),
            Rpc.Stateless("server/discover"),
            Rpc.Stateless("tools/list"),
            Rpc.Handshake("initialize", new() { ["protocolVersion"] = "2025-11-25", ["capabilities"] = new JsonObject(), ["clientInfo"] = new JsonObject { ["name"] = "t", ["version"] = "1" } }),
            Rpc.Handshake("tools/call", Tool("get_job_status", new JsonObject { ["job_id"] = foreign })),
            Rpc.Handshake("resources/subscribe", new() { ["uri"] = $"mj://jobs/{foreign}" }),
            Rpc.Handshake("logging/setLevel", new() { ["level"] = "debug" }),
            Rpc.Handshake("notifications/cancelled", new() { ["requestId"] = 1 }),
        ];
    }

    private static Rpc Mutate(Rpc template, Random random)
    {
        var root = JsonNode.Parse(template.Body)!;
        for (var times = random.Next(1, 4); times > 0; times--)
            MutateNode(root, random);
        var body = root.ToJsonString();
        if (random.Next(5) == 0)
            body = MutateText(body, random);

        var mutant = new Rpc { Body = body };
        foreach (var (name, value) in template.Headers)
        {
            if (random.Next(12) != 0)
                mutant.Headers[name] = random.Next(15) == 0 ? Strange(random).ToString() : value;
        }
        return mutant;
    }

    private static void MutateNode(JsonNode root, Random random)
    {
        var containers = new List<JsonNode>();
        Collect(root, containers);
        switch (containers[random.Next(containers.Count)])
        {
            case JsonObject { Count: > 0 } chosen:
                var name = chosen.ElementAt(random.Next(chosen.Count)).Key;
                switch (random.Next(5))
                {
                    case 0: chosen.Remove(name); break;
                    case 1: chosen[name] = Strange(random); break;
                    case 2: chosen[Strange(random).ToString()[..1] + name] = chosen[name]?.DeepClone(); break;
                    case 3: chosen[name] = new JsonArray(chosen[name]?.DeepClone(), Strange(random)); break;
                    default: chosen[name] = new JsonObject { [name] = chosen[name]?.DeepClone() }; break;
                }
                break;
            case JsonObject empty: empty["x"] = Strange(random); break;
            case JsonArray list: list.Add(Strange(random)); break;
        }

        static void Collect(JsonNode? node, List<JsonNode> into)
        {
            if (node is JsonObject or JsonArray)
                into.Add(node);
            foreach (var child in node switch { JsonObject o => o.Select(member => member.Value), JsonArray a => a, _ => [] })
                Collect(child, into);
        }
    }

    private static JsonNode Strange(Random random) => random.Next(14) switch
    {
        0 => -1,
        1 => 1e300,
        2 => long.MaxValue,
        3 => true,
        4 => new string('x', random.Next(1, 20_000)),
        5 => "../../etc/passwd",
        6 => "\u0000\ud83d\ude00\u202e",
        7 => "'; drop table jobs; --",
        8 => new JsonObject(),
        9 => new JsonArray(),
        10 => "mj://jobs/%00",
        11 => "2026-07-28",
        12 => "00000000-0000-0000-0000-000000000000",
        _ => 0.1,
    };

    private static string MutateText(string body, Random random)
    {
        var text = new StringBuilder(body);
        var at = random.Next(text.Length);
        return random.Next(4) switch
        {
            0 => text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)).ToString(),
            1 => text.Insert(at, (char)random.Next(1, 0xD000)).ToString(),
            2 => body[..at],
            _ => new string('[', random.Next(1, 500)) + body,
        };
    }
}
