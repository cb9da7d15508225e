using System.Diagnostics;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using MjAspire.Bench.Measuring;
using Npgsql;
using RabbitMQ.Client;

namespace MjAspire.Bench.Baselines;

/// <summary>An outbox in forty lines: claim 50 rows, publish them with confirms, delete them, commit; until none is left.</summary>
internal static class OutboxBaseline
{
    public const string Queue = "bench-outbox";

    public static async Task MapAsync(WebApplication app)
    {
        var database = NpgsqlDataSource.Create(app.Configuration.GetConnectionString("baseline") + ";Max Auto Prepare=10;No Reset On Close=true");
        await using (var create = database.CreateCommand("create table if not exists outbox (id bigint generated always as identity primary key, body text not null)"))
            await create.ExecuteNonQueryAsync();
        var connection = await new ConnectionFactory { Uri = new(app.Configuration.GetConnectionString("messaging")!) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };

        app.MapPost("/drain", async () =>
        {
            var (count, began) = (0, Stopwatch.GetTimestamp());
            while (await BatchAsync() is > 0 and var published)
                count += published;
            return new Leg(count, Stopwatch.GetElapsedTime(began).TotalSeconds, []);
        });

        async Task<int> BatchAsync()
        {
            await using var session = await database.OpenConnectionAsync();
            await using var transaction = await session.BeginTransactionAsync();
            var rows = (await session.QueryAsync<(long Id, string Body)>("select id, body from outbox order by id limit 50 for update skip locked")).AsList();
            await Task.WhenAll(rows.Select(row => channel.BasicPublishAsync("", Queue, mandatory: true, properties, Encoding.UTF8.GetBytes(row.Body)).AsTask()));
            await session.ExecuteAsync("delete from outbox where id = any(@ids)", new { ids = rows.ConvertAll(row => row.Id) });
            await transaction.CommitAsync();
            return rows.Count;
        }
    }
}
