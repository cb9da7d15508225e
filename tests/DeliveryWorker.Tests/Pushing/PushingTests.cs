using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Pushing;

public sealed class PushingTests(Servers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhooks_are_registered_listed_and_unregistered_in_exactly_this_json()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();

        Assert.Equal("""{"webhooks":[],"total":0}""", await http.GetStringAsync("/api/webhooks", Cancelled));
        Assert.Equal(
            """{"status":"success","webhook_url":"http://127.0.0.1:3000/webhook","total_webhooks":1}""",
            await PostAsync(http, "/api/register", """{"webhook_url": "http://127.0.0.1:3000/webhook"}"""));
        Assert.Equal(
            """{"status":"success","webhook_url":"http://127.0.0.1:3000/webhook","total_webhooks":1}""",
            await PostAsync(http, "/api/register", """{"webhook_url": "http://127.0.0.1:3000/webhook"}"""));
        await PostAsync(http, "/api/register", """{"webhook_url": "https://example.com/hook"}""");
        Assert.Equal(
            """{"webhooks":["http://127.0.0.1:3000/webhook","https://example.com/hook"],"total":2}""",
            await http.GetStringAsync("/api/webhooks", Cancelled));
        Assert.Equal(
            """{"status":"success","webhook_url":"http://127.0.0.1:3000/webhook","total_webhooks":1}""",
            await PostAsync(http, "/api/unregister", """{"webhook_url": "http://127.0.0.1:3000/webhook"}"""));

        var again = await http.PostAsJsonAsync("/api/unregister", new { webhook_url = "http://127.0.0.1:3000/webhook" }, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Pushed_message_reaches_every_webhook_without_an_envelope_and_is_counted()
    {
        await using var one = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();
        await RegisterAsync(http, one, other);

        var answer = JsonDocument.Parse(await PostAsync(http, "/api/push", """{"message": "Grüße \"an\" alle"}""")).RootElement;

        Assert.Equal(["status", "message", "timestamp", "webhooks_notified", "total_webhooks"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ("success", "Grüße \"an\" alle", 2, 2),
            (answer.GetProperty("status").GetString(), answer.GetProperty("message").GetString(),
                answer.GetProperty("webhooks_notified").GetInt32(), answer.GetProperty("total_webhooks").GetInt32()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$", answer.GetProperty("timestamp").GetString());
        foreach (var received in new[] { Assert.Single(one.Requests), Assert.Single(other.Requests) })
            Assert.Equal($$"""{"message":"Grüße \"an\" alle","timestamp":"{{answer.GetProperty("timestamp").GetString()}}"}""", received.Text);
        await system.SettledAsync(("delivered", 2));
    }

    [Fact]
    public async Task Failed_push_is_not_counted_and_goes_on_being_retried_under_the_same_id()
    {
        await using var good = await Receiver.StartAsync();
        await using var failing = await Receiver.StartAsync();
        failing.Answer = context => Receiver.Status(failing.Requests.Count < 3 ? 500 : 200)(context);
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();
        await RegisterAsync(http, good, failing);

        var answer = await PostAsync(http, "/api/push", """{"message":"hello"}""");

        Assert.EndsWith("""
            "webhooks_notified":1,"total_webhooks":2}
            """, answer, StringComparison.Ordinal);
        await system.SettledAsync(("delivered", 2));
        Assert.Equal(3, failing.Requests.Count);
        Assert.Single(failing.Requests.Concat(good.Requests).Select(request => request.Id).Distinct());
        Assert.Contains("\"total\":2", await http.GetStringAsync("/api/webhooks", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_to_a_webhook_that_never_answers_returns_after_one_attempt_at_most()
    {
        await using var good = await Receiver.StartAsync();
        await using var silent = await Receiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var system = await DeliverySystem.StartAsync(servers, ("Delivery:AttemptTimeout", "0:00:01"), ("Delivery:RetrySchedule", "1:00:00"));
        using var http = system.Http();
        await RegisterAsync(http, silent, good, silent);

        Assert.EndsWith("""
            "webhooks_notified":1,"total_webhooks":2}
            """, await PostAsync(http, "/api/push", """{"message":"hello"}"""), StringComparison.Ordinal);
        await system.SettledAsync(("delivered", 1), ("pending", 1));
        Assert.Equal(["timeout"], await system.QueryAsync<string>("select last_error from deliveries where status = 'pending'"));
    }

    [Fact]
    public async Task Push_without_webhooks_succeeds_with_none_notified()
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();

        Assert.EndsWith("""
            "webhooks_notified":0,"total_webhooks":0}
            """, await PostAsync(http, "/api/push", """{"message":"hello"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registered_webhook_hears_of_jobs_too_and_other_owners_hear_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var stranger = await Receiver.StartAsync();
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();
        using var other = system.Http(Guid.CreateVersion7());
        await RegisterAsync(http, receiver);
        await RegisterAsync(other, stranger);

        await PostAsync(http, "/api/push", """{"message":"hello"}""");
        await system.PublishAsync(system.Change());
        await Eventually.TrueAsync(() => receiver.Requests.Count == 2, "both events");

        Assert.Empty(stranger.Requests);
    }

    [Theory]
    [InlineData("""{"message":""}""", "E_INVALID_MESSAGE")]
    [InlineData("""{"message":null}""", "E_INVALID_MESSAGE")]
    [InlineData("{}", "E_INVALID_MESSAGE")]
    [InlineData("""{"message":5}""", "E_SERIALIZATION_ERROR")]
    [InlineData("{", "E_SERIALIZATION_ERROR")]
    public async Task Message_that_cannot_be_pushed_is_refused_with_a_code(string json, string code)
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();

        using var response = await http.PostAsync("/api/push", Json(json), Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(8192, HttpStatusCode.OK)]
    [InlineData(8193, HttpStatusCode.BadRequest)]
    [InlineData(70_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Message_is_limited_and_so_is_what_is_read_of_it(int length, HttpStatusCode status)
    {
        await using var system = await DeliverySystem.StartAsync(servers);
        using var http = system.Http();

        using var response = await http.PostAsync("/api/push", Json($$"""{"message":"{{new string('x', length)}}"}"""), Cancelled);

        Assert.Equal(status, response.StatusCode);
    }

    private static async Task RegisterAsync(HttpClient http, params Receiver[] receivers)
    {
        foreach (var receiver in receivers)
            await PostAsync(http, "/api/register", JsonSerializer.Serialize(new { webhook_url = receiver.Url }));
    }

    private static async Task<string> PostAsync(HttpClient http, string path, string json)
    {
        using var response = await http.PostAsync(path, Json(json), Cancelled);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
