using RabbitMQ.Client;

namespace MjAspire.Bench.Harness;

/// <summary>The bench's own look into RabbitMQ.</summary>
internal sealed class Broker(IConnection connection, IChannel channel) : IAsyncDisposable
{
    public static async Task<Broker> ConnectAsync(Stage stage)
    {
        var connection = await new ConnectionFactory { Uri = new(stage.Rabbit) }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>
    /// A quorum queue for what a service publishes, as its consumer would have it: MassTransit publishes to a fanout exchange named by the type.
    /// </summary>
    /// <param name="mostKept">Older ones go when there are more; for what nobody counts.</param>
    public async Task BindAsync<T>(string queue, int? mostKept = null)
    {
        var exchange = $"{typeof(T).Namespace}:{typeof(T).Name}";
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        if (mostKept is { } most)
            arguments["x-max-length"] = most;
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
        await channel.QueueBindAsync(queue, exchange, "");
    }

    public async Task<long> CountAsync(string queue) => await channel.MessageCountAsync(queue);

    public async Task PurgeAsync(string queue) => await channel.QueuePurgeAsync(queue);
}
