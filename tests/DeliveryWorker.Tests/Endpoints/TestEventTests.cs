using System.Net;
using Microsoft.AspNetCore.Http;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Endpoints;

public sealed class TestEventTests(Servers servers)
{
    [Fact]
    public async Task Test_reaches_an_endpoint_whatever_it_asked_for_and_answers_what_it_answered()
    {
        await using var receiver = await Receiver.StartAsync(context => context.Response.WriteAsync("understood"));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "job.failed");
        await system.CallAsync("PATCH", $"/api/endpoints/{id}", new { enabled = false });

        var (status, answer) = await system.CallAsync("POST", $"/api/endpoints/{id}/test");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((true, 200, "understood"), (answer.GetProperty("delivered").GetBoolean(), answer.GetProperty("status").GetInt32(), answer.GetProperty("response").GetString()));
        Assert.Equal("endpoint.test", Assert.Single(receiver.Requests).Json.GetProperty("type").GetString());
        await system.SettledAsync(("delivered", 1));
    }

    [Fact]
    public async Task Failed_test_is_told_and_not_tried_again()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");

        var (_, answer) = await system.CallAsync("POST", $"/api/endpoints/{id}/test");
        await system.SettledAsync(("dead", 1));

        Assert.Equal((false, 500), (answer.GetProperty("delivered").GetBoolean(), answer.GetProperty("status").GetInt32()));
        Assert.Single(receiver.Requests);
    }
}
