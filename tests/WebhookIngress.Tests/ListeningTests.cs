using Microsoft.Extensions.Logging;
using MjAspire.WebhookIngress.Listening;

namespace MjAspire.WebhookIngress.Tests;

public sealed class ListeningTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", "", null)]
    [InlineData(null, "9000", "http://0.0.0.0:9000")]
    [InlineData("127.0.0.1", null, "http://127.0.0.1:8000")]
    [InlineData("localhost", "0", "http://localhost:0")]
    [InlineData("*", "80", "http://*:80")]
    [InlineData("::1", "80", "http://[::1]:80")]
    [InlineData("[::1]", "80", "http://[::1]:80")]
    public void Address_is_made_of_host_and_port(string? host, string? port, string? url) => Assert.Equal(url, Surroundings.UrlOf(host, port));

    [Theory]
    [InlineData("a b", "80")]
    [InlineData("http://x", "80")]
    [InlineData(null, "http")]
    [InlineData(null, "65536")]
    public void Host_or_port_that_make_no_address_are_an_error(string? host, string? port) =>
        Assert.Throws<InvalidOperationException>(() => Surroundings.UrlOf(host, port));

    [Theory]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Warning", LogLevel.Warning)]
    [InlineData("critical", LogLevel.Critical)]
    public void Log_level_is_told_in_any_worlds_words(string text, LogLevel level) => Assert.Equal(level, Surroundings.LevelOf(text));

    [Fact]
    public void Log_level_nobody_knows_is_an_error() => Assert.Throws<InvalidOperationException>(() => Surroundings.LevelOf("loud"));
}
