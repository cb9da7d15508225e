using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.AppHost.Infrastructure;

/// <summary>A server is ready when it answers the first words of its protocol as only a ready one does.</summary>
internal sealed record Handshake(byte[] Hello, byte Answer)
{
    /// <summary>StartupMessage 3.0 of user postgres: <c>R</c> (authenticated), or <c>E</c> while it recovers.</summary>
    public static Handshake Postgres { get; } = new([0, 0, 0, 23, 0, 3, 0, 0, .. "user\0postgres\0\0"u8], (byte)'R');

    /// <summary><c>+PONG</c>, or <c>-LOADING</c>.</summary>
    public static Handshake Redis { get; } = new([.. "PING\r\n"u8], (byte)'+');

    /// <summary>AMQP 0-9-1's protocol header: a method frame (1) with Connection.Start.</summary>
    public static Handshake RabbitMq { get; } = new([.. "AMQP"u8, 0, 0, 9, 1], 1);

    public async Task<HealthCheckResult> CheckAsync(EndpointReference endpoint, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
        await client.GetStream().WriteAsync(Hello, cancellationToken);
        var answer = new byte[1];
        return await client.GetStream().ReadAsync(answer, cancellationToken) == 1 && answer[0] == Answer
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("It is not ready yet.");
    }
}

internal static class HandshakeExtensions
{
    /// <summary>Registers the check and returns its name.</summary>
    public static string AddHandshakeCheck(
        this IDistributedApplicationBuilder builder, string name, Handshake handshake, EndpointReference endpoint)
    {
        var key = $"{name}_handshake";
        builder.Services.AddHealthChecks().AddAsyncCheck(
            key, cancellationToken => handshake.CheckAsync(endpoint, cancellationToken), timeout: TimeSpan.FromSeconds(5));
        return key;
    }
}
