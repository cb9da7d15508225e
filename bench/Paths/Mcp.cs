using System.Net;
using System.Text;
using System.Text.Json;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Contracts.Jobs;

namespace MjAspire.Bench.Paths;

/// <summary>What an agent waits for: a tool's answer that comes from the database, and the list of tools; against Node servers that echo.</summary>
internal static class Mcp
{
    private const int Callers = 32;
    private const string Owner = "00000000-0000-7000-8000-0000000000a1"; // the administrator's, McpGateway/Keys/AdminKey.cs

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        await using var broker = await Broker.ConnectAsync(stage);
        await broker.BindAsync<JobChanged>("bench-sink", mostKept: 10_000);
        var jobs = await stage.ServiceAsync("JobService");
        var gateway = await stage.ServiceAsync("McpGateway", [("services__job-service__http__0", $"{jobs.Address}"), .. McpCaller.Unlimited]);
        var ids = await CreateAsync(jobs);

        using var newest = McpCaller.Stateless(gateway, Callers);
        using var older = await McpCaller.OpenAsync(gateway, Callers, ("Authorization", $"Bearer {Stage.ApiKey}"));
        Child[] parts = [gateway, jobs, stage.PostgresServer, stage.RedisServer];
        var theirs = await TheirsAsync(stage);
        var missing = theirs.Count == 0 ? [$"Not compared: {Npm.Missing}."] : Array.Empty<string>();
        var load = $"closed loop, {Callers} callers";
        List<Result> results =
        [
            .. await Contest.RunAsync(
                "mcp", load, settings, Goal.Times(3),
                [
                    ("tools/call get_job_status, 2026-07-28", new("mcp-gateway", length => newest.RunAsync(length, "get_job_status", Arguments, Status), parts)),
                    ("tools/call get_job_status, 2025-11-25", new("mcp-gateway", length => older.RunAsync(length, "get_job_status", Arguments, Status), parts)),
                ],
                [.. theirs.Select(their => new Side($"{their.Server.Name}, echo", length => their.Caller.RunAsync(length, "echo", _ => Echo, "Echo: hello"), their.Server))]),
            .. await Contest.RunAsync(
                "mcp", load, settings, Goal.Times(3),
                [
                    ("tools/list, 2026-07-28", new("mcp-gateway", length => newest.RunAsync(length, null, _ => "", "get_job_status"), parts)),
                    ("tools/list, 2025-11-25", new("mcp-gateway", length => older.RunAsync(length, null, _ => "", "get_job_status"), parts)),
                ],
                [.. theirs.Select(their => new Side($"{their.Server.Name}, tools/list", length => their.Caller.RunAsync(length, null, _ => "", "echo"), their.Server))]),
        ];
        foreach (var (_, caller) in theirs)
            caller.Dispose();
        return results.ConvertAll(result => result with { Remarks = missing });

        string Arguments(int call) => $$"""{"job_id":"{{ids[call % ids.Length]}}"}""";
    }

    private const string Status = "pending", Echo = """{"message":"hello"}""";

    private static async Task<Guid[]> CreateAsync(Child jobs)
    {
        using var http = new Http(jobs.Address!, ("X-Internal-Key", Stage.InternalKey), ("X-Owner-Id", Owner));
        var body = Encoding.UTF8.GetBytes("""{"kind":"external","operation":"render","input_data":{"prompt":"a lighthouse in a storm"}}""");
        var ids = new Guid[500];
        for (var i = 0; i < ids.Length; i++)
        {
            using var answer = JsonDocument.Parse(await http.SendAsync(HttpMethod.Post, "/api/jobs", Http.Json(body), HttpStatusCode.Created));
            ids[i] = answer.RootElement.GetProperty("job_id").GetGuid();
        }
        return ids;
    }

    private static async Task<List<(Child Server, McpCaller Caller)>> TheirsAsync(Stage stage)
    {
        if (!Npm.IsInstalled)
            return [];
        List<(Child, McpCaller)> found = [];
        foreach (var (name, arguments) in new (string, string[])[]
        {
            ("server-everything", [Npm.Script("node_modules/@modelcontextprotocol/server-everything/dist/index.js"), "streamableHttp"]),
            ("fastmcp", [Npm.Script("fastmcp.mjs")]),
        })
        {
            var port = Stage.FreePort();
            var server = stage.Node(name, arguments, new() { ["PORT"] = $"{port}" }, new($"http://127.0.0.1:{port}"));
            McpCaller? caller = null;
            await server.ReadyAsync(async () =>
            {
                try
                {
                    caller = await McpCaller.OpenAsync(server, Callers);
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
            found.Add((server, caller!));
        }
        return found;
    }
}
