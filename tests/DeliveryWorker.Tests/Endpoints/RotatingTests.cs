using System.Net;
using System.Text;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Endpoints;

public sealed class RotatingTests(Servers servers)
{
    [Fact]
    public async Task Rotated_secret_signs_beside_the_old_one_for_a_day()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, old) = await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        var (status, rotated) = await system.CallAsync("POST", $"/api/endpoints/{id}/secret/rotate");
        var fresh = rotated.GetProperty("secret").GetString()!;
        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 2));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.InRange(rotated.GetProperty("previous_secret_until").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        var (before, after) = (receiver.Requests.First(), receiver.Requests.Last());
        Assert.Equal(Sign(old, before), before.Signature);
        Assert.Equal($"{Sign(fresh, after)} {Sign(old, after)}", after.Signature);
        Assert.DoesNotContain(fresh, (await system.CallAsync("GET", $"/api/endpoints/{id}")).Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_secret_no_longer_signs_when_the_overlap_is_over_and_is_taken_away()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:SecretOverlap", "0:00:00"), ("Delivery:CleaningInterval", "0:00:00.1"));
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");

        var (_, rotated) = await system.CallAsync("POST", $"/api/endpoints/{id}/secret/rotate", new { secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        Assert.Equal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", rotated.GetProperty("secret").GetString());
        var received = Assert.Single(receiver.Requests);
        Assert.Equal(Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", received), received.Signature);
        await Eventually.TrueAsync(
            async () => (await system.QueryAsync<bool>("select previous_secret is null from endpoints where id = @id", new { id }))[0], "the old secret to go");
    }

    [Fact]
    public async Task Rotation_to_an_unreadable_secret_is_refused()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync("https://example.com/hook", "*");

        var (status, problem) = await system.CallAsync("POST", $"/api/endpoints/{id}/secret/rotate", new { secret = "short" });

        Assert.Equal((HttpStatusCode.BadRequest, "E_INVALID_SECRET"), (status, problem.GetProperty("code").GetString()));
    }

    private static string Sign(string secret, Received received)
    {
        Assert.True(WebhookSecret.TryParse(secret, out var key));
        return key.Sign(received.Id, long.Parse(received.Timestamp), Encoding.UTF8.GetBytes(received.Text));
    }
}
