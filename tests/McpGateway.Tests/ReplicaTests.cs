using System.Text.Json;
using MjAspire.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace MjAspire.McpGateway.Tests;

/// <summary>Two gateways behind one address, as a balancer without stickiness would use them.</summary>
public sealed class ReplicaTests(Gateway gateway) : IClassFixture<Gateway>
{
    public static TheoryData<string> Revisions => ["2025-06-18", "2025-11-25", "2026-07-28"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Every_second_request_elsewhere_makes_no_difference(string revision)
    {
        await using var other = await gateway.StartAnotherAsync();
        using var balancer = new Balancer(gateway.Address, other.Address);
        await using var client = await balancer.ConnectAsync(revision);

        Assert.Equal(ToolCatalogueTests.Names.Length, (await client.ListToolsAsync(cancellationToken: Token)).Count);
        Assert.NotEmpty(await client.ListPromptsAsync(cancellationToken: Token));
        var job = (await CallAsync(client, "generate_image", new() { ["prompt"] = "x" })).GetProperty("job_id").GetGuid();
        Assert.Equal("pending", Status(await CallAsync(client, "get_job_status", new() { ["job_id"] = job })));
        gateway.Stub.Requests.Clear();
        var waiting = CallAsync(client, "wait_for_job", new() { ["job_id"] = job, ["wait_seconds"] = 45 });
        await Eventually.TrueAsync(() => gateway.Stub.Requests.Count >= 2, "the wait to begin");
        gateway.Stub.Change(job, StubServices.Finish);
        await gateway.PublishAsync(job, Keys.AdminKey.Owner); // both replicas hear it, whichever says it
        Assert.Equal("completed", Status(await waiting));
        Assert.Single((await client.ReadResourceAsync($"mj://jobs/{job}", cancellationToken: Token)).Contents);
        Assert.Equal(2, balancer.Served.Distinct().Count());
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_replica_that_is_killed_in_the_middle_of_a_wait_loses_no_job_and_its_client_goes_on(string revision)
    {
        await using var doomed = await ServiceProcess.StartAsync(typeof(GatewayMetrics).Assembly, gateway.Settings);
        using var balancer = new Balancer(doomed.Address, gateway.Address);
        await using var client = await balancer.ConnectAsync(revision);
        var job = (await CallAsync(client, "generate_image", new() { ["prompt"] = "x" })).GetProperty("job_id").GetGuid();

        // Two waits: one of them at either replica.
        gateway.Stub.Requests.Clear();
        Task<JsonElement>[] waits = [WaitAsync(), WaitAsync()];
        await Eventually.TrueAsync(() => gateway.Stub.Requests.Count >= 4, "both waits to begin");
        await doomed.KillAsync();
        gateway.Stub.Change(job, StubServices.Finish);
        await gateway.PublishAsync(job, Keys.AdminKey.Owner);

        var lost = 0;
        foreach (var wait in waits)
        {
            try
            {
                Assert.Equal("completed", Status(await wait));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or McpException)
            {
                lost++;
            }
        }
        Assert.Equal(1, lost);
        for (var i = 0; i < 4; i++)
            Assert.Equal("completed", Status(await WaitAsync()));

        Task<JsonElement> WaitAsync() => CallAsync(client, "wait_for_job", new() { ["job_id"] = job, ["wait_seconds"] = 45 });
    }

    [Fact]
    public async Task A_replica_that_stops_tells_those_who_wait_how_their_job_stands()
    {
        var other = await gateway.StartAnotherAsync();
        using var stopping = gateway.CreateClient(address: other.Address);
        using var left = gateway.CreateClient();
        var job = (string)(await Rpc.CallAsync(stopping, "generate_image", new() { ["prompt"] = "x" }))["structuredContent"]!["job_id"]!;
        gateway.Stub.Requests.Clear();
        var waiting = Rpc.CallAsync(stopping, "wait_for_job", new() { ["job_id"] = job, ["wait_seconds"] = 45 });
        await Eventually.TrueAsync(() => gateway.Stub.Requests.Count >= 2, "the wait to begin");

        await other.DisposeAsync();
        var told = (await waiting)["structuredContent"]!;
        Assert.Equal(("pending", 2), ((string?)told["status"], (int)told["next_poll_seconds"]!));

        gateway.Stub.Change(Guid.Parse(job), StubServices.Finish);
        Assert.Equal("completed", (string?)(await Rpc.CallAsync(left, "wait_for_job", new() { ["job_id"] = job }))["structuredContent"]!["status"]);
    }

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: Token);
        Assert.NotEqual(true, result.IsError);
        return result.StructuredContent!.Value;
    }

    private static string? Status(JsonElement report) => report.GetProperty("status").GetString();
}
