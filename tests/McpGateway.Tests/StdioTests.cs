using System.Diagnostics;
using System.Text.Json.Nodes;
using MjAspire.Testing;
using ModelContextProtocol.Client;

namespace MjAspire.McpGateway.Tests;

/// <summary>The gateway as a program on stdin and stdout, in a process of its own, against a running gateway.</summary>
public sealed class StdioTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static readonly string Program = typeof(GatewayMetrics).Assembly.Location;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_client_that_starts_a_program_makes_a_picture(string revision)
    {
        var transport = new StdioClientTransport(new()
        {
            Command = "dotnet",
            Arguments = [Program, "--stdio", "--url", gateway.Address.ToString(), "--key", Gateway.AdminKey],
        });
        // The process has to start first: on a busy machine that takes longer than the five seconds a client gives a server that may be old.
        var options = new McpClientOptions { ProtocolVersion = revision, DiscoverProbeTimeout = Eventually.Patience };
        await using var client = await McpClient.CreateAsync(transport, options, cancellationToken: Token);
        Assert.Equal(revision, client.NegotiatedProtocolVersion);
        Assert.Equal(ToolCatalogueTests.Names.Length, (await client.ListToolsAsync(cancellationToken: Token)).Count);

        var started = await client.CallToolAsync("generate_image", new Dictionary<string, object?> { ["prompt"] = "x" }, cancellationToken: Token);
        var job = started.StructuredContent!.Value.GetProperty("job_id").GetString()!;
        gateway.Stub.Change(Guid.Parse(job), StubServices.Finish);
        var read = await client.ReadResourceAsync($"mj://jobs/{job}", cancellationToken: Token);
        Assert.Single(read.Contents);
    }

    [Fact]
    public async Task Nothing_but_messages_is_on_stdout_and_a_wrong_key_is_an_error_in_one()
    {
        using var process = Start(Environment.CurrentDirectory, Program, "--stdio", "--url", gateway.Address.ToString(), "--key", "mjk_nobody");
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        await process.StandardInput.WriteLineAsync("this is not JSON");
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":2,"method":"ping"}""");
        string[] lines = [(await process.StandardOutput.ReadLineAsync(Token))!, (await process.StandardOutput.ReadLineAsync(Token))!];
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token).WaitAsync(Eventually.Patience, Token);

        Assert.Equal(0, process.ExitCode);
        Assert.Empty(await process.StandardOutput.ReadToEndAsync(Token));
        Assert.Equal([1, 2], lines.Select(line => (int)JsonNode.Parse(line)!["id"]!).Order());
        Assert.All(lines, line => Assert.Contains("E_AUTHENTICATION_FAILED", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Progress_comes_through_and_a_cancelled_call_ends_without_its_job(bool newEra)
    {
        var job = gateway.Stub.Add(Keys.AdminKey.Owner);
        using var process = Start(Environment.CurrentDirectory, Program, "--stdio", "--url", gateway.Address.ToString(), "--key", Gateway.AdminKey);
        if (!newEra)
        {
            await SayAsync("initialize", 1, new() { ["protocolVersion"] = "2025-11-25", ["capabilities"] = new JsonObject(), ["clientInfo"] = new JsonObject { ["name"] = "t", ["version"] = "1" } });
            await HearAsync(said => (int?)said["id"] == 1);
            await SayAsync("notifications/initialized", null, []);
        }
        await SayAsync("tools/call", 2, new()
        {
            ["name"] = "wait_for_job",
            ["arguments"] = new JsonObject { ["job_id"] = job.ToString(), ["wait_seconds"] = 45 },
            ["_meta"] = new JsonObject { ["progressToken"] = "p" },
        });
        await HearAsync(said => (string?)said["method"] == "notifications/progress" && (string?)said["params"]!["progressToken"] == "p");
        await SayAsync("notifications/cancelled", null, new() { ["requestId"] = 2 });
        await SayAsync("tools/list", 3, []);
        await HearAsync(said =>
        {
            Assert.NotEqual(2, (int?)said["id"]);
            return (int?)said["id"] == 3;
        });
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token).WaitAsync(Eventually.Patience, Token);
        Assert.DoesNotContain(gateway.Stub.Requests, received => received.Method == "DELETE" && received.Path.EndsWith(job.ToString(), StringComparison.Ordinal));

        Task SayAsync(string method, int? id, JsonObject parameters)
        {
            if (newEra)
            {
                var meta = parameters["_meta"] as JsonObject ?? [];
                meta["io.modelcontextprotocol/protocolVersion"] = Rpc.Newest;
                meta["io.modelcontextprotocol/clientCapabilities"] = new JsonObject();
                parameters["_meta"] = meta;
            }
            var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters };
            if (id is not null)
                message["id"] = id;
            return process.StandardInput.WriteLineAsync(message.ToJsonString());
        }

        async Task HearAsync(Func<JsonObject, bool> isIt)
        {
            while (!isIt(JsonNode.Parse((await process.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(Eventually.Patience, Token))!)!.AsObject()))
            {
            }
        }
    }

    [Fact]
    public async Task The_manuals_command_says_nothing_else_on_stdout()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)); // bin/Debug/net10.0
        using var process = Start(Checkout.Root, "run", "--no-build", "--configuration", output.Parent!.Name, "--project", "services/McpGateway", "--",
            "--stdio", "--url", gateway.Address.ToString(), "--key", Gateway.AdminKey);
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        Assert.Contains("generate_image", await process.StandardOutput.ReadLineAsync(Token), StringComparison.Ordinal);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token).WaitAsync(Eventually.Patience, Token);
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardOutput.ReadToEndAsync(Token)));
    }

    [Fact]
    public async Task Without_an_address_it_says_how_to_give_one()
    {
        using var process = Start(Directory.CreateTempSubdirectory("no-gateway-").FullName, Program, "--stdio", "--url", "not an address");
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token).WaitAsync(Eventually.Patience, Token);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Empty(await process.StandardOutput.ReadToEndAsync(Token));
        Assert.Contains("not an address", await process.StandardError.ReadToEndAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_running_application_is_found_by_its_file()
    {
        var directory = Directory.CreateTempSubdirectory("gateway-");
        try
        {
            var state = directory.CreateSubdirectory(".mj");
            await File.WriteAllTextAsync(
                Path.Combine(state.FullName, "run.json"), $$"""{"gateway":"{{gateway.Address}}","apiKey":"{{Gateway.AdminKey}}"}""", Token);
            using var process = Start(directory.CreateSubdirectory("deep").FullName, Program, "--stdio");
            await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
            Assert.Contains("generate_image", await process.StandardOutput.ReadLineAsync(Token), StringComparison.Ordinal);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Token).WaitAsync(Eventually.Patience, Token);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static Process Start(string directory, params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", arguments)
    {
        WorkingDirectory = directory,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
