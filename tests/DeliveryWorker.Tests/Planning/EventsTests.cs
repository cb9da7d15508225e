using MjAspire.Contracts.Delivery;
using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.Contracts.Webhooks;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Planning;

public sealed class EventsTests(Servers servers)
{
    [Fact]
    public async Task Stored_images_are_told_once_with_all_pictures()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "image.*");
        var stored = new ImagesStored(Guid.CreateVersion7(), system.Owner,
        [
            new(Guid.CreateVersion7(), null, null, "image/png", 2048, 2048, 123, "abc"),
            new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, "image/png", 1024, 1024, null, null),
        ]);

        await system.PublishAsync(stored, stored);
        await system.PublishAsync(stored with { JobId = Guid.CreateVersion7() });
        await system.SettledAsync(("delivered", 2));

        var told = receiver.Requests.Select(request => request.Json).Single(json => json.GetProperty("data").GetProperty("job_id").GetGuid() == stored.JobId);
        Assert.Equal("image.stored", told.GetProperty("type").GetString());
        var image = told.GetProperty("data").GetProperty("images")[0];
        Assert.Equal((stored.Images[0].ImageId, "image/png", 2048), (image.GetProperty("image_id").GetGuid(), image.GetProperty("media_type").GetString(), image.GetProperty("width").GetInt32()));
    }

    [Fact]
    public async Task Providers_callback_is_told_to_the_jobs_owner_who_asked_for_it_without_the_address_that_was_called()
    {
        await using var asking = await Receiver.StartAsync();
        await using var star = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(asking.Url, "provider.callback");
        await system.AddEndpointAsync(star.Url, "*");
        var job = system.Change(JobStatus.Pending, previous: null, sequence: 1);
        await system.PublishAsync(job);
        await system.SettledAsync(("delivered", 1));

        await system.PublishAsync(
            Callback(job.JobId, """{"id":"7","status":"SUCCESS","properties":{"notifyHook":"https://us.example/webhook/midjourney/secret-token"}}"""),
            Callback(Guid.CreateVersion7(), "{}"));
        await Eventually.TrueAsync(() => !asking.Requests.IsEmpty, "the callback");

        var told = Assert.Single(asking.Requests);
        var data = told.Json.GetProperty("data");
        Assert.Equal(("provider.callback", "SUCCESS"), (told.Json.GetProperty("type").GetString(), data.GetProperty("body").GetProperty("status").GetString()));
        Assert.DoesNotContain("secret-token", told.Text, StringComparison.Ordinal);
        Assert.Single(star.Requests); // the job's creation only
    }

    [Fact]
    public async Task Disabled_endpoint_is_told_to_the_owners_other_endpoints_that_asked_for_it()
    {
        await using var gone = await Receiver.StartAsync(Receiver.Status(410));
        await using var watching = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(gone.Url, "job.*", "endpoint.*");
        await system.AddEndpointAsync(watching.Url, "endpoint.disabled");
        var announced = await system.ListenAsync<EndpointDisabled>();

        await system.PublishAsync(system.Change());
        await Eventually.TrueAsync(() => !watching.Requests.IsEmpty, "the notice");

        Assert.Equal("gone", (await announced).Reason);
        Assert.Equal(id, Assert.Single(watching.Requests).Json.GetProperty("data").GetProperty("endpoint_id").GetGuid());
        Assert.Single(gone.Requests);
    }

    [Fact]
    public async Task Exhausted_notice_is_not_told_in_turn()
    {
        await using var failing = await Receiver.StartAsync(Receiver.Status(500));
        await using var watching = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(failing.Url, "job.*");
        await system.AddEndpointAsync(watching.Url, "delivery.*");

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 2));

        Assert.All(watching.Requests, request => Assert.Equal("delivery.exhausted", request.Json.GetProperty("type").GetString()));
        Assert.Equal(2, (await system.QueryAsync<Guid>("select id from events")).Count);
    }

    private static ProviderCallbackReceived Callback(Guid jobId, string body) => new()
    {
        CallbackId = Guid.CreateVersion7(),
        Provider = "midjourney",
        JobId = jobId,
        ReceivedAt = TimeProvider.System.GetUtcNow(),
        ContentType = "application/json",
        Body = System.Text.Encoding.UTF8.GetBytes(body),
    };
}
