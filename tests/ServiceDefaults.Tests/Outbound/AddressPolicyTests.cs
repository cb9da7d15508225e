using System.Net;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.ServiceDefaults.Tests.Outbound;

public sealed class AddressPolicyTests
{
    private static readonly AddressPolicy Policy = new OutboundOptions().ToPolicy();

    public static TheoryData<string> Open => [.. Spellings.Open];

    [Theory]
    [MemberData(nameof(Open))]
    public void Url_is_open_for_host(string host) => Assert.Null(Policy.Check(new Uri($"https://{host}/")));

    [Theory]
    [InlineData("https://example.com/hook", null)]
    [InlineData("http://example.com:80/hook", null)]
    [InlineData("https://xn--bcher-kva.example/", null)]
    [InlineData("ftp://example.com/", AddressRefusal.Scheme)]
    [InlineData("file:///etc/passwd", AddressRefusal.Scheme)]
    [InlineData("gopher://127.0.0.1:25/", AddressRefusal.Scheme)]
    [InlineData("/hook", AddressRefusal.Scheme)]
    [InlineData("https://user@example.com/", AddressRefusal.UserInfo)]
    [InlineData("https://user:password@8.8.8.8/", AddressRefusal.UserInfo)]
    [InlineData("https://example.com:8443/", AddressRefusal.Port)]
    [InlineData("https://8.8.8.8:22/", AddressRefusal.Port)]
    [InlineData("http://8.8.8.8:6379/", AddressRefusal.Port)]
    [InlineData("http://127.0.0.1:80/", AddressRefusal.Address)]
    [InlineData("http://127.0.0.1:5432/", AddressRefusal.Address)]
    [InlineData("http://256.0.0.1/", AddressRefusal.Host)]
    public void Url_is_judged_without_a_lookup(string url, AddressRefusal? refusal) =>
        Assert.Equal(refusal, Policy.Check(new Uri(url, UriKind.RelativeOrAbsolute)));

    [Fact]
    public void Opened_network_is_open_on_every_port_and_opens_nothing_else()
    {
        var policy = new OutboundOptions { AllowedNetworks = "127.0.0.0/8, ::1/128" }.ToPolicy();

        Assert.Null(policy.Check(new Uri("http://127.0.0.1:5432/")));
        Assert.Null(policy.Check(new Uri("http://localhost:9/")));
        Assert.Null(policy.Check(new Uri("http://[::1]:9/")));
        Assert.Null(policy.Check(new Uri("http://[::ffff:127.0.0.1]:9/")));
        Assert.Equal(AddressRefusal.Address, policy.Check(new Uri("http://10.0.0.1/")));
        Assert.Equal(AddressRefusal.Address, policy.Check(new Uri("http://169.254.169.254/")));
        Assert.Equal(AddressRefusal.Address, policy.Check(new Uri("http://[fe80::1]/")));
        Assert.Equal(AddressRefusal.Port, policy.Check(new Uri("http://8.8.8.8:9/")));
        Assert.Equal(AddressRefusal.Port, policy.Check(IPAddress.Parse("8.8.8.8"), 9));
    }

    [Fact]
    public void Name_waits_for_its_answers_where_a_network_is_open_on_every_port() =>
        Assert.Null(new OutboundOptions { AllowedNetworks = "10.0.0.0/8" }.ToPolicy().Check(new Uri("http://receiver.example:9000/")));

    [Theory]
    [InlineData("10.0.0.0/33", "443", "10.0.0.0/33")]
    [InlineData("loopback", "443", "loopback")]
    [InlineData("", "443,0", "0")]
    [InlineData("", "http", "http")]
    public void Setting_that_cannot_be_read_is_named(string networks, string ports, string named)
    {
        var options = new OutboundOptions { AllowedNetworks = networks, Ports = ports };

        Assert.Contains($"'{named}'", Assert.Throws<FormatException>(options.ToPolicy).Message, StringComparison.Ordinal);
    }
}
