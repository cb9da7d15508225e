using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MjAspire.ServiceDefaults.Tests;

public class DiscoveryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_goes_to_each_replica_in_turn()
    {
        var called = await CallAsync(4, "/api/jobs?x=1", ("services:job-service:http:0", "http://127.0.0.1:5001"), ("services:job-service:http:1", "http://127.0.0.1:5002"));

        Assert.Equal(2, called.Count(uri => uri.Port == 5001));
        Assert.Equal(2, called.Count(uri => uri.Port == 5002));
        Assert.All(called, uri => Assert.Equal("/api/jobs?x=1", uri.PathAndQuery));
    }

    [Fact]
    public async Task A_secure_address_is_used_where_there_is_one_only() =>
        Assert.Equal("https://127.0.0.1:5003/", Assert.Single(await CallAsync(1, "/", ("services:job-service:https:0", "https://127.0.0.1:5003"))).AbsoluteUri);

    [Fact]
    public async Task Any_other_address_stays_as_it_is() =>
        Assert.Equal("http://elsewhere.example/a", Assert.Single(await CallAsync(1, "http://elsewhere.example/a")).AbsoluteUri);

    /// <summary>The addresses at which the calls of a client of <c>job-service</c> would arrive.</summary>
    private static async Task<IReadOnlyCollection<Uri>> CallAsync(int times, string path, params (string Key, string Value)[] settings)
    {
        var network = new Network();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                .Build())
            .Configure<InternalOptions>(options => options.Key = "a key for the tests only")
            .AddServiceDiscovery();
        services.AddInternalClient<JobsClient>("job-service").ConfigurePrimaryHttpMessageHandler(() => network);
        await using var provider = services.BuildServiceProvider();
        for (var i = 0; i < times; i++)
        {
            using var answer = await provider.GetRequiredService<JobsClient>().Http.GetAsync(path, Cancelled);
        }
        return network.Called;
    }

    private sealed record JobsClient(HttpClient Http);

    /// <summary>Answers everything, and remembers where it was asked.</summary>
    private sealed class Network : HttpMessageHandler
    {
        public ConcurrentQueue<Uri> Called { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Called.Enqueue(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
