using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.ServiceDefaults.Tests.Outbound;

public sealed class GuardedClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Refused => [.. Spellings.Loopback, .. Spellings.Inside, .. Spellings.NoAddress];

    [Fact]
    public void Table_of_refused_hosts_holds_150_and_no_host_twice()
    {
        string[] all = [.. Spellings.Loopback, .. Spellings.Inside, .. Spellings.NoAddress];
        Assert.True(all.Length >= 150);
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Request_opens_no_socket_for_host(string host)
    {
        var network = new WatchedNetwork();
        await using var services = network.Services();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("outside");

        foreach (var scheme in new[] { "http", "https" })
        {
            var refused = await Assert.ThrowsAsync<RefusedAddressException>(() => client.GetAsync($"{scheme}://{host}/hook?token=secret", Cancelled));
            Assert.True(refused.IsPermanent);
            Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        }
        Assert.Empty(network.Resolved);
        Assert.Empty(network.Opened);
    }

    [Fact]
    public async Task Listener_on_loopback_accepts_nothing_from_any_spelling_even_without_the_first_check()
    {
        // The connect callback alone, as if a handler had been fooled: the sockets are real, and so is the listener they must not reach.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var network = new WatchedNetwork();
        var policy = new AddressPolicy([], [port]);
        using var handler = new SocketsHttpHandler { ConnectCallback = new GuardedConnector(policy, network).ConnectAsync };
        using var client = new HttpClient(handler);

        foreach (var host in Spellings.Loopback)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync($"http://{host}:{port}/", Cancelled));
        }
        Assert.False(listener.Pending());
        Assert.Empty(network.Opened);
    }

    [Fact]
    public async Task Name_is_refused_when_any_answer_is_bad()
    {
        var network = new WatchedNetwork().Answer("mixed.example", ["8.8.8.8", "10.0.0.1"]).Answer("mapped.example", ["::ffff:127.0.0.1"]);
        await using var services = network.Services();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("outside");

        foreach (var name in network.Answers.Keys)
        {
            var refused = await Assert.ThrowsAsync<RefusedAddressException>(() => client.GetAsync($"http://{name}/", Cancelled));
            Assert.Equal(AddressRefusal.Address, refused.Reason);
            Assert.False(refused.IsPermanent);
        }
        Assert.Empty(network.Opened);
    }

    [Fact]
    public async Task Name_that_moves_inside_is_refused_on_the_next_connection()
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        var network = new WatchedNetwork { Route = _ => receiver.EndPoint }.Answer("moving.example", ["8.8.8.8"], ["127.0.0.1"]);
        await using var services = network.Services();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("outside");

        using var first = await client.GetAsync("http://moving.example/", Cancelled);
        await Assert.ThrowsAsync<RefusedAddressException>(() => client.GetAsync("http://moving.example/", Cancelled));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal([new IPEndPoint(IPAddress.Parse("8.8.8.8"), 80)], network.Opened);
    }

    [Fact]
    public async Task Socket_goes_to_the_next_checked_address_when_the_first_does_not_answer()
    {
        await using var receiver = await Receiver.StartAsync(_ => Task.CompletedTask);
        var network = new WatchedNetwork
        {
            Route = to => to.Address.ToString() == "8.8.8.8" ? throw new SocketException((int)SocketError.ConnectionRefused) : receiver.EndPoint,
        }.Answer("two.example", ["8.8.8.8", "1.1.1.1"]);
        await using var services = network.Services();

        using var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient("outside").GetAsync("http://two.example/", Cancelled);

        Assert.Equal(["8.8.8.8", "1.1.1.1"], network.Opened.Select(opened => opened.Address.ToString()));
        Assert.Equal(["two.example"], network.Resolved);
    }

    [Theory]
    [InlineData("127.0.0.0/8,::1/128", "127.0.0.1 ::1")]
    [InlineData("127.0.0.0/8", "127.0.0.1")]
    [InlineData("::1/128", "::1")]
    public async Task Localhost_is_each_loopback_that_was_opened(string opened, string tried)
    {
        var network = new WatchedNetwork { Route = _ => throw new SocketException((int)SocketError.ConnectionRefused) };
        await using var services = network.Services(opened);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("outside");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://localhost:3000/", Cancelled));

        Assert.Equal(tried, string.Join(' ', network.Opened.Select(endPoint => endPoint.Address)));
    }

    [Fact]
    public async Task Redirect_to_the_inside_is_returned_not_followed_and_nothing_is_remembered_or_unpacked()
    {
        var seen = new List<string>();
        await using var receiver = await Receiver.StartAsync(context =>
        {
            seen.Add($"{context.Request.Headers.Cookie}|{context.Request.Headers.AcceptEncoding}");
            context.Response.Headers.SetCookie = "a=b";
            context.Response.Redirect("http://169.254.169.254/latest/meta-data");
            return Task.CompletedTask;
        });
        var network = new WatchedNetwork();
        await using var services = network.Services("127.0.0.0/8");
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("outside");

        for (var i = 0; i < 2; i++)
        {
            using var response = await client.GetAsync(receiver.Url, Cancelled);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        }
        Assert.Equal(["|", "|"], seen);
        Assert.All(network.Opened, opened => Assert.Equal(receiver.EndPoint, opened));
    }

    [Fact]
    public async Task Handlers_given_to_every_client_do_not_touch_a_guarded_one()
    {
        var network = new WatchedNetwork().Answer("job-service", ["8.8.8.8"]);
        await using var receiver = await Receiver.StartAsync(_ => Task.CompletedTask);
        network.Route = _ => receiver.EndPoint;
        await using var services = network.Services(also: services => services.ConfigureHttpClientDefaults(
            http => http.AddHttpMessageHandler(() => new Rewriting("http://10.0.0.1/"))));

        using var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient("outside").GetAsync("http://job-service/", Cancelled);

        Assert.Equal("8.8.8.8", Assert.Single(network.Opened).Address.ToString());
    }

    private sealed class Rewriting(string to) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(to);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
