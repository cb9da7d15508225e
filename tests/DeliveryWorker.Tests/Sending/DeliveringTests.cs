using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using MjAspire.Contracts.Delivery;
using MjAspire.Contracts.Jobs;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class DeliveringTests(Servers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_reaches_its_endpoint_signed_and_its_attempt_is_logged()
    {
        await using var receiver = await Receiver.StartAsync(context => context.Response.WriteAsync("thank you"));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (_, secret) = await system.AddEndpointAsync(receiver.Url, "job.completed");
        var change = system.Change();

        await system.PublishAsync(change, system.Change(JobStatus.Running));
        await system.SettledAsync(("delivered", 1));

        var received = Assert.Single(receiver.Requests);
        Assert.Equal("job.completed", received.Json.GetProperty("type").GetString());
        Assert.Equal(change.JobId, received.Json.GetProperty("data").GetProperty("job_id").GetGuid());
        Assert.Equal("application/json", received.Headers["Content-Type"]);

        // Verified as a receiver would: from the secret it was given and the bytes it got.
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{received.Id}.{received.Timestamp}.{received.Text}"));
        Assert.Equal($"v1,{Convert.ToBase64String(signed)}", received.Signature);
        Assert.InRange(long.Parse(received.Timestamp), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

        var (number, status, response) = Assert.Single(await system.QueryAsync<(int, int, byte[])>("select number, status, response from attempts"));
        Assert.Equal((1, 200, "thank you"), (number, status, Encoding.UTF8.GetString(response)));
    }

    [Fact]
    public async Task Delivery_is_part_of_the_trace_of_what_it_tells()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "*");
        using var spans = new Spans();
        using var root = Spans.StartRoot();

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        var consume = await spans.GetAsync(span => span.TraceId == root.TraceId && span is { Source.Name: "MassTransit", Kind: ActivityKind.Consumer });
        var deliver = await spans.GetAsync(span => span.TraceId == root.TraceId && span.OperationName == "deliver job.completed");
        var post = await spans.GetAsync(span => span.TraceId == root.TraceId && span.Source.Name == "System.Net.Http");
        Assert.Equal(consume.SpanId, deliver.ParentSpanId);
        Assert.Equal(deliver.SpanId, post.ParentSpanId);
        Assert.Equal(post.Id, Assert.Single(receiver.Requests).TraceParent);
        Assert.DoesNotContain("hush-hush", string.Join(' ', spans.All.SelectMany(span => span.TagObjects)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeated_change_is_delivered_once()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "*");
        var change = system.Change();

        await system.PublishAsync([.. Enumerable.Repeat(change, 10)]);
        await system.PublishAsync(system.Change(JobStatus.Running));
        await system.SettledAsync(("delivered", 2));

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(2, (await system.QueryAsync<Guid>("select id from events")).Count);
    }

    [Fact]
    public async Task Change_that_nobody_wants_is_not_kept()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "job.failed");

        await system.PublishAsync(system.Change(), system.Change() with { OwnerId = Guid.CreateVersion7(), Status = JobStatus.Failed });
        await system.PublishAsync(system.Change(JobStatus.Failed));
        await system.SettledAsync(("delivered", 1));

        Assert.Equal(["job.failed"], await system.QueryAsync<string>("select type from events"));
    }

    [Fact]
    public async Task Failed_delivery_is_tried_again_with_the_same_id_and_bytes_until_it_succeeds()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context => Receiver.Status(receiver.Requests.Count < 3 ? 500 : 200)(context);
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "job.*");

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        Assert.Equal(3, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Id).Distinct());
        Assert.Single(receiver.Requests.Select(request => request.Text).Distinct());
        Assert.Equal([500, 500, 200], await system.QueryAsync<int>("select status from attempts order by number"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    public async Task Delivery_rests_as_a_dead_letter_when_every_attempt_failed(int status)
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Receiver.Status(status)(context);
        });
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "*");
        var announced = await system.ListenAsync<DeliveryExhausted>();

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 1));

        Assert.Equal(4, receiver.Requests.Count);
        Assert.Equal(("job.completed", 4), await announced is var told ? (told.EventType, told.Attempts) : default);
        Assert.Equal((4, status), Assert.Single(await system.QueryAsync<(int, int)>("select attempts, last_status from deliveries")));
    }

    [Fact]
    public async Task Endpoint_that_answers_410_is_disabled_and_what_it_misses_is_kept()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(StatusCodes.Status410Gone));
        await using var system = await DeliverySystem.StartAsync(servers);
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        var announced = await system.ListenAsync<EndpointDisabled>();

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 1));
        await system.PublishAsync(system.Change(), system.Change());
        await system.SettledAsync(("dead", 1), ("held", 2));

        Assert.Single(receiver.Requests);
        Assert.Equal((false, "gone"), Assert.Single(await system.QueryAsync<(bool, string)>(
            "select is_enabled, disabled_reason from endpoints where id = @id", new { id })));
        Assert.Equal((id, system.Owner, "gone"), await announced is var told ? (told.EndpointId, told.OwnerId, told.Reason) : default);
    }

    [Fact]
    public async Task Delivery_to_a_deleted_endpoint_comes_to_an_end_and_is_taken_away()
    {
        await using var receiver = await Receiver.StartAsync(Receiver.Status(500));
        await using var system = await DeliverySystem.StartAsync(
            servers,
            ("Delivery:RetrySchedule", "0:00:00.2, 0:00:00.2, 0:00:00.2, 1:00:00"),
            ("Delivery:CleaningInterval", "0:00:00.1"), ("Delivery:AttemptTimeout", "0:00:00.5"), ("Delivery:Lease", "0:00:05.5"));
        var (id, _) = await system.AddEndpointAsync(receiver.Url, "*");
        await system.PublishAsync(system.Change());
        await Eventually.TrueAsync(() => !receiver.Requests.IsEmpty, "the first attempt");

        using (var http = system.Http())
            (await http.DeleteAsync($"/api/endpoints/{id}", Cancelled)).EnsureSuccessStatusCode();

        await system.SettledAsync(("held", 1));
        await system.QueryAsync<int>("update endpoints set deleted_at = deleted_at - interval '1 minute'"); // rather than waited for
        await system.SettledAsync();
        await Eventually.TrueAsync(async () => (await system.QueryAsync<long>(
            "select (select count(*) from endpoints) + (select count(*) from events) + (select count(*) from attempts)"))[0] == 0, "nothing to be left");
    }

    [Fact]
    public async Task Slow_endpoint_does_not_hold_up_the_others()
    {
        await using var slow = await Receiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var quick = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:Concurrency", "8"), ("Delivery:ConcurrencyPerEndpoint", "4"));
        await system.AddEndpointAsync(slow.Url, "*");
        await system.AddEndpointAsync(quick.Url, "*");

        await system.PublishAsync([.. Enumerable.Range(1, 200).Select(i => system.Change(sequence: i))]);
        await Eventually.TrueAsync(() => quick.Requests.Count == 200, "the quick endpoint to have everything");

        Assert.Equal(4, slow.Requests.Count); // its first attempts were not even over
    }

    [Fact]
    public async Task Answer_of_30_MB_is_not_read_beyond_the_cap()
    {
        using var receiver = new HugeAnswer();
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "*");

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));

        Assert.InRange(await receiver.Sent.WaitAsync(Eventually.Patience, Cancelled), 1, HugeAnswer.Length / 2); // what fits the sockets' buffers
        Assert.Equal(1024, Assert.Single(await system.QueryAsync<byte[]>("select response from attempts")).Length);
    }

    [Fact]
    public async Task Receiver_that_cannot_be_reached_is_tried_again_and_logged_as_a_word()
    {
        string url;
        await using (var receiver = await Receiver.StartAsync())
            url = receiver.Url;
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(url, "*");

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 1));

        Assert.Equal(Enumerable.Repeat("connection", 4), await system.QueryAsync<string>("select error from attempts"));
    }
}
