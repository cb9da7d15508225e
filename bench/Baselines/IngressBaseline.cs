using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using MjAspire.Bench.Harness;
using MjAspire.ServiceDefaults;
using RabbitMQ.Client;
using StackExchange.Redis;

namespace MjAspire.Bench.Baselines;

/// <summary>Token checked, repetition told by one SET NX in Redis, published to a quorum queue and confirmed, 202.</summary>
internal static class IngressBaseline
{
    public const string Queue = "bench-baseline";
    private const int Channels = 4;

    public static async Task MapAsync(WebApplication app)
    {
        var connection = await new ConnectionFactory { Uri = new(app.Configuration.GetConnectionString("messaging")!) }.CreateConnectionAsync();
        var channels = new IChannel[Channels];
        for (var i = 0; i < Channels; i++)
            channels[i] = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channels[0].QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        var redis = (await ConnectionMultiplexer.ConnectAsync(app.Configuration.GetConnectionString("cache")!)).GetDatabase();
        var turn = 0;

        app.MapPost("/webhook/{provider}/{token}", async (string token, HttpContext context, TimeProvider time) =>
        {
            if (!CallbackToken.TryRead(Stage.TokenKey, token, time.GetUtcNow(), out _))
                return Results.Unauthorized();
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer);
            var body = buffer.ToArray();
            if (!await redis.StringSetAsync($"seen:{Convert.ToHexString(SHA256.HashData(body))}", "done", TimeSpan.FromHours(24), When.NotExists))
                return Results.Accepted();

            await channels[(uint)Interlocked.Increment(ref turn) % Channels].BasicPublishAsync(
                "", Queue, mandatory: true, new BasicProperties { DeliveryMode = DeliveryModes.Persistent }, body);
            return Results.Accepted();
        });
    }
}
