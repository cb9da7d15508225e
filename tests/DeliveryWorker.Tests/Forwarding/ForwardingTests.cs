using MjAspire.Contracts.Webhooks;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Forwarding;

public sealed class ForwardingTests(Servers servers)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData("Forwarding:DestinationUrl")]
    [InlineData("DESTINATION_URL")]
    public async Task Callback_goes_to_the_destination_byte_for_byte_signed_and_with_its_content_type(string setting)
    {
        await using var destination = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, (setting, destination.Url), ("Forwarding:Secret", Secret));
        byte[] body = [.. "{ \"a\" : 1,\r\n\t\"b\":\""u8, 0xff, 0xfe, 0x00, .. "\" }"u8];
        var callback = Callback(body) with { ContentType = "application/json; charset=ISO-8859-1; odd=\"yes\"" };

        await system.PublishAsync(callback, callback);
        await system.PublishAsync(Callback("plain"u8.ToArray()) with { ContentType = "text/plain" });
        await system.SettledAsync(("delivered", 2));

        var received = destination.Requests.Single(request => request.Id == callback.CallbackId.ToString());
        Assert.Equal(body, received.Body);
        Assert.Equal("application/json; charset=ISO-8859-1; odd=\"yes\"", received.Headers["Content-Type"]);
        Assert.True(WebhookSecret.TryParse(Secret, out var secret));
        Assert.Equal(secret.Sign(received.Id, long.Parse(received.Timestamp), received.Body), received.Signature);
        Assert.Equal(2, destination.Requests.Count);
    }

    [Fact]
    public async Task Callback_is_forwarded_again_and_again_until_the_destination_takes_it()
    {
        await using var destination = await Receiver.StartAsync();
        destination.Answer = context => Receiver.Status(destination.Requests.Count < 3 ? 503 : 200)(context);
        await using var system = await DeliverySystem.StartAsync(servers, ("DESTINATION_URL", destination.Url));

        await system.PublishAsync(Callback("x"u8.ToArray()));
        await system.SettledAsync(("delivered", 1));

        Assert.Equal(3, destination.Requests.Count);
    }

    [Fact]
    public async Task Nothing_is_forwarded_without_a_destination_and_what_waited_when_it_was_taken_away_is_kept()
    {
        await using var destination = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(
            servers, ("DESTINATION_URL", destination.Url), ("Delivery:RetrySchedule", "1:00:00"), ("Delivery:CleaningInterval", "0:00:00.1"));
        await system.PublishAsync(Callback("x"u8.ToArray()));
        await Eventually.TrueAsync(async () => (await system.QueryAsync<int>("select count(*)::int from attempts"))[0] == 1, "one failed attempt");

        await system.StopFirstAsync();
        system.Set("DESTINATION_URL", "");
        await system.AddReplicaAsync();
        await system.PublishAsync(Callback("y"u8.ToArray()));

        await system.SettledAsync(("held", 1));
        Assert.Single(destination.Requests);
    }

    private static ProviderCallbackReceived Callback(byte[] body) => new()
    {
        CallbackId = Guid.CreateVersion7(),
        Provider = "midjourney",
        ReceivedAt = TimeProvider.System.GetUtcNow(),
        ContentType = "application/json",
        Body = body,
    };
}
