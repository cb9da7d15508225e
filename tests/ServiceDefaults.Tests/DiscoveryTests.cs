using Microsoft.Extensions.Configuration;

namespace MjAspire.ServiceDefaults.Tests;

public class DiscoveryTests
{
    [Fact]
    public void A_name_goes_to_each_replica_in_turn()
    {
        var endpoints = With(("services:job-service:http:0", "http://127.0.0.1:5001"), ("services:job-service:http:1", "http://127.0.0.1:5002"));

        var hosts = Enumerable.Range(0, 4).Select(_ => endpoints.Resolve(new Uri("http://job-service/api/jobs?x=1"))).ToList();

        Assert.Equal(2, hosts.Count(uri => uri.Port == 5001));
        Assert.Equal(2, hosts.Count(uri => uri.Port == 5002));
        Assert.All(hosts, uri => Assert.Equal("/api/jobs?x=1", uri.PathAndQuery));
    }

    [Fact]
    public void A_secure_address_is_used_where_there_is_one_only() =>
        Assert.Equal("https://127.0.0.1:5003/", With(("services:job-service:https:0", "https://127.0.0.1:5003")).Resolve(new Uri("http://job-service/")).AbsoluteUri);

    [Fact]
    public void Any_other_address_stays_as_it_is() =>
        Assert.Equal("http://elsewhere.example/a", With().Resolve(new Uri("http://elsewhere.example/a")).AbsoluteUri);

    private static ServiceEndpoints With(params (string Key, string Value)[] settings) =>
        new(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
}
