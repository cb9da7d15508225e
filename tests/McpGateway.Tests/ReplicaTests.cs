using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Two gateways behind one address, as a balancer without stickiness would use them.</summary>
public sealed class ReplicaTests(Gateway gateway) : IClassFixture<Gateway>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_second_request_elsewhere_makes_no_difference(bool newEra)
    {
        await using var other = await gateway.StartAnotherAsync();
        using var one = gateway.CreateClient();
        using var two = gateway.CreateClient(address: other.Address);

        var started = await CallAsync(one, newEra, "generate_image", new() { ["prompt"] = "x" });
        var job = (string)started["job_id"]!;
        Assert.Equal("pending", (string?)(await CallAsync(two, newEra, "get_job_status", new() { ["job_id"] = job }))["status"]);
        var waiting = CallAsync(two, newEra, "wait_for_job", new() { ["job_id"] = job, ["wait_seconds"] = 45 });
        gateway.Stub.Change(Guid.Parse(job), StubServices.Finish);
        await gateway.PublishAsync(Guid.Parse(job), Keys.AdminKey.Owner); // both replicas hear it, whichever says it
        Assert.Equal("completed", (string?)(await waiting)["status"]);
    }

    [Fact]
    public async Task A_replica_that_stops_in_the_middle_of_a_wait_loses_no_job()
    {
        var other = await gateway.StartAnotherAsync();
        using var doomed = gateway.CreateClient(address: other.Address);
        using var left = gateway.CreateClient();
        var job = (string)(await CallAsync(doomed, true, "generate_image", new() { ["prompt"] = "x" }))["job_id"]!;
        gateway.Stub.Requests.Clear();
        var waiting = doomed.SendAsync(
            Rpc.Call("wait_for_job", new() { ["job_id"] = job, ["wait_seconds"] = 45 }).ToMessage(), HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => gateway.Stub.Requests.Count >= 2, "the wait to begin");

        await other.DisposeAsync();
        try
        {
            using var answer = await waiting; // cut off, or answered with what was known then
        }
        catch (HttpRequestException)
        {
        }

        gateway.Stub.Change(Guid.Parse(job), StubServices.Finish);
        Assert.Equal("completed", (string?)(await CallAsync(left, true, "wait_for_job", new() { ["job_id"] = job }))["status"]);
    }

    private static async Task<JsonObject> CallAsync(HttpClient http, bool newEra, string tool, JsonObject arguments)
    {
        var rpc = newEra ? Rpc.Call(tool, arguments) : Rpc.Handshake("tools/call", new() { ["name"] = tool, ["arguments"] = arguments });
        var result = (await rpc.SendAsync(http)).Result;
        Assert.True(result["isError"] is null, result.ToJsonString());
        return result["structuredContent"]!.AsObject();
    }
}
