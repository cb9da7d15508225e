using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.McpGateway.Tests;

/// <summary>Who gets in, against a real database.</summary>
public sealed class KeyTests(Gateway gateway, Servers servers) : IClassFixture<Gateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/mcp")]
    [InlineData("POST", "/api/jobs")]
    [InlineData("GET", "/api/jobs/0197f3e0-0000-7000-8000-000000000000")]
    [InlineData("GET", "/api/webhooks")]
    [InlineData("POST", "/api/push")]
    [InlineData("GET", "/api/endpoints")]
    [InlineData("GET", "/images/0197f3e0-0000-7000-8000-000000000000")]
    [InlineData("GET", "/images/0197f3e0-0000-7000-8000-000000000000/content")]
    [InlineData("GET", "/no/such/page")]
    public async Task Without_a_key_nothing_answers(string method, string path)
    {
        gateway.Stub.Requests.Clear();
        using var response = await gateway.Anonymous.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer realm=\"MjAspire\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("E_AUTHENTICATION_FAILED", (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
        Assert.Empty(gateway.Stub.Requests);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/i/0197f3e0-0000-7000-8000-000000000000?e=1&s=x")]
    public async Task Some_pages_need_no_key(string path)
    {
        using var response = await gateway.Anonymous.GetAsync(path, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("mjk_administrator_of_the_tests ")]
    [InlineData("MJK_ADMINISTRATOR_OF_THE_TESTS")]
    public async Task A_wrong_key_is_called_so(string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/webhooks");
        request.Headers.TryAddWithoutValidation("X-Api-Key", text == Gateway.AdminKey + " " ? text + "x" : text);
        using var response = await gateway.Anonymous.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(text, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_any_length_is_refused_without_being_looked_up()
    {
        using var http = gateway.CreateClient(new string('x', 10_000));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/webhooks", Token)).StatusCode);
    }

    [Fact]
    public async Task The_other_header_is_read_as_well()
    {
        var (_, text) = await gateway.CreateKeyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/webhooks") { Headers = { { "X-Api-Key", text } } };
        using var response = await gateway.Anonymous.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_expired_key_is_refused_and_counted()
    {
        var expired = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "mjaspire.gateway.authentication_failures")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags.ToArray().Contains(new("reason", "expired")))
                Interlocked.Add(ref expired, count);
        });
        listener.Start();

        var (_, text) = await gateway.CreateKeyAsync(key => key with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) });
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(text));
        Assert.Equal(1, Interlocked.Read(ref expired));
    }

    [Fact]
    public async Task A_revoked_key_stops_within_five_seconds_on_every_replica()
    {
        var (key, text) = await gateway.CreateKeyAsync();
        await using var replica = await gateway.StartAnotherAsync();
        Assert.Equal(HttpStatusCode.OK, await TryAsync(text));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(text, replica.Address));

        await ExecuteAsync("update api_keys set revoked_at = now() where id = @Id", new { key.Id });
        var revoked = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            async () => await TryAsync(text) == HttpStatusCode.Unauthorized && await TryAsync(text, replica.Address) == HttpStatusCode.Unauthorized,
            "the revoked key to stop");
        Assert.InRange(TimeProvider.System.GetElapsedTime(revoked), TimeSpan.Zero, TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Only_hashes_of_keys_are_stored()
    {
        var (_, text) = await gateway.CreateKeyAsync();
        await using var connection = await gateway.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(Token);
        var rows = await connection.QueryAsync<string>("select api_keys::text from api_keys");
        Assert.All(rows, row => Assert.DoesNotContain(text[8..], row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_administrators_key_in_the_configuration_replaces_the_first()
    {
        await using var other = new AnotherGateway();
        await other.StartAsync(gateway, "mjk_first_key_of_the_administrator");
        Assert.Equal(HttpStatusCode.OK, await TryAsync("mjk_first_key_of_the_administrator", other.Address));

        await other.StartAsync(gateway, "mjk_second_key_of_the_administrator");
        Assert.Equal(HttpStatusCode.OK, await TryAsync("mjk_second_key_of_the_administrator", other.Address));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync("mjk_first_key_of_the_administrator", other.Address));

        // A revocation outlives a restart with the same key.
        await ExecuteAsync("update api_keys set revoked_at = now() where name = 'administrator'");
        await other.StartAsync(gateway, "mjk_second_key_of_the_administrator");
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync("mjk_second_key_of_the_administrator", other.Address));
        await other.StartAsync(gateway, Gateway.AdminKey);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(Gateway.AdminKey, other.Address));
    }

    [Fact]
    public async Task A_guessable_administrators_key_is_not_accepted_at_start()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => gateway.StartAnotherAsync(("Gateway:AdminKey", "admin")));
        Assert.Contains("could be guessed", error.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_database_a_key_is_neither_right_nor_wrong()
    {
        await using var postgres = servers.CreateOwn("postgres");
        await postgres.StartAsync();
        await using var service = await gateway.StartAnotherAsync(("ConnectionStrings:gateway", postgres.Address + ";Timeout=2"));
        await postgres.KillAsync();

        using var http = gateway.CreateClient(address: service.Address);
        using var response = await http.GetAsync("/api/webhooks", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("E_UNAVAILABLE", (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["code"]);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private async Task<HttpStatusCode> TryAsync(string text, Uri? address = null)
    {
        using var http = gateway.CreateClient(text, address);
        using var response = await http.GetAsync("/api/webhooks", Token);
        return response.StatusCode;
    }

    private async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await gateway.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(Token);
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>A gateway that is started again with another key.</summary>
    private sealed class AnotherGateway : IAsyncDisposable
    {
        private RunningService? _running;

        public Uri Address => _running!.Address;

        public async Task StartAsync(Gateway gateway, string key)
        {
            await DisposeAsync();
            _running = await gateway.StartAnotherAsync(("Gateway:AdminKey", key));
        }

        public ValueTask DisposeAsync() => _running?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
