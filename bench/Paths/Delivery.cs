using System.Net;
using System.Text.Json;
using Dapper;
using MjAspire.Bench.Baselines;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using Npgsql;

namespace MjAspire.Bench.Paths;

/// <summary>
/// Signed deliveries that wait in the database: claimed, sent, answered, completed durably; against HttpClient alone, which writes nothing down.
/// </summary>
internal static class Delivery
{
    public const int Bytes = 600;

    public static Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings) => RunAsync(
        stage, settings,
        (10, 0, "Deliver to 10 endpoints"), (1000, 0, "Deliver to 1,000 endpoints"), (100, 5, "Deliver to 100 endpoints, a fifth of them failing"));

    /// <param name="stage">Where.</param>
    /// <param name="settings">How long.</param>
    /// <param name="crowds">How many endpoints, each how manieth of which is broken, and what that is called.</param>
    public static async Task<IReadOnlyList<Result>> RunAsync(
        Stage stage, Settings settings, params IReadOnlyList<(int Endpoints, int BrokenEach, string Title)> crowds)
    {
        var receiver = await stage.BaselineAsync("receiver");
        var sender = await stage.BaselineAsync("sender");
        var worker = await stage.ServiceAsync("DeliveryWorker");
        List<Result> results = [];
        foreach (var (endpoints, brokenEach, title) in crowds)
        {
            await using var queue = await DeliveryQueue.CreateAsync(stage, worker, receiver, endpoints, brokenEach);
            var side = new Side("delivery-worker", queue.DrainAsync, worker, stage.PostgresServer);
            results.Add(await Contest.RunAsync(
                "delivery", title, "a backlog is drained", settings, Goal.Rate(10_000), side, Sender(sender, receiver, endpoints)) with
            {
                Remarks = [queue.Remark],
            });
        }
        return results;
    }

    private static Side Sender(Child sender, Child receiver, int endpoints)
    {
        var http = new Http(sender.Address!);
        return new("HttpClient alone, signed", async length =>
        {
            var count = (int)(length.TotalSeconds * 5_000);
            return JsonSerializer.Deserialize<Leg>(await http.SendAsync(
                HttpMethod.Post, $"/send?target={receiver.Address!.GetLeftPart(UriPartial.Authority)}&endpoints={endpoints}&count={count}&bytes={Bytes}",
                null, HttpStatusCode.OK), JsonSerializerOptions.Web)!;
        }, sender);
    }
}

/// <summary>Endpoints, and deliveries that wait for them.</summary>
internal sealed class DeliveryQueue : IAsyncDisposable
{
    private static readonly string[] JobCompleted = ["job.completed"];

    private readonly NpgsqlDataSource _database;
    private readonly Http _receiver;
    private readonly int _brokenEach;
    private double _rate = 2_000;
    private long _delivered, _repeated;

    private DeliveryQueue(NpgsqlDataSource database, Http receiver, int brokenEach) =>
        (_database, _receiver, _brokenEach) = (database, receiver, brokenEach);

    public string Remark => $"All {_delivered:N0} deliveries arrived, each under its own webhook-id; {_repeated:N0} of them more than once."
        + (_brokenEach > 0 ? " Counted are those to the endpoints that answer; the others were each attempted and wait for their retry." : "");

    public static async Task<DeliveryQueue> CreateAsync(Stage stage, Child worker, Child receiver, int endpoints, int brokenEach = 0, string database = "deliveries")
    {
        var source = stage.Database(database);
        await using (var command = source.CreateCommand("truncate deliveries, events, attempts, endpoints"))
            await command.ExecuteNonQueryAsync();
        using var http = new Http(worker.Address!, ("X-Internal-Key", Stage.InternalKey));
        for (var first = 0; first < endpoints; first += 100)
        {
            var owner = $"{Guid.CreateVersion7()}";
            for (var i = first; i < Math.Min(first + 100, endpoints); i++)
            {
                var way = brokenEach > 0 && i % brokenEach == 0 ? "broken" : "hook";
                var body = JsonSerializer.SerializeToUtf8Bytes(new { url = $"{receiver.Address}{way}/{i}", events = JobCompleted });
                await http.SendAsync(HttpMethod.Post, "/api/endpoints", Http.Json(body), HttpStatusCode.Created, ("X-Owner-Id", owner));
            }
        }
        return new(source, new(receiver.Address!), brokenEach);
    }

    /// <summary>Plans as many as should take so long, and waits until all of them have arrived.</summary>
    public async Task<Leg> DrainAsync(TimeSpan length)
    {
        var count = (int)Math.Clamp(_rate * length.TotalSeconds, 5_000, 200_000) / 10 * 10;
        await _receiver.SendAsync(HttpMethod.Post, "/forget", null, HttpStatusCode.OK);
        await using var connection = await _database.OpenConnectionAsync();
        var good = await PlanAsync(connection, count);
        // The receiver is asked first: looking through the queue again and again would be work for the database under measurement.
        await Wait.UntilAsync(async () => (await SeenAsync()).Distinct >= good, "every delivery to arrive");
        await Wait.UntilAsync(async () => !await IsUnfinishedAsync(connection), "every delivery to be written down");

        var (delivered, seconds) = await connection.QuerySingleAsync<(long, double)>(
            """
            select count(*), extract(epoch from max(completed_at) - (select min(started_at) from attempts))::float8
            from deliveries where status = 'delivered'
            """);
        var seen = await SeenAsync();
        if (delivered != good || seen.Distinct != good)
            throw new BenchException($"{good} deliveries were planned, {delivered} say they were made, {seen.Distinct} arrived.");
        _delivered += delivered;
        _repeated += seen.Requests - seen.Distinct;
        _rate = delivered / seconds;
        return new(delivered, seconds, [.. await connection.QueryAsync<double>("select duration_ms::float8 from attempts where status = 200 order by 1")]);
    }

    public async ValueTask DisposeAsync()
    {
        _receiver.Dispose();
        await _database.DisposeAsync();
    }

    /// <summary>An event for every ten deliveries, as a job's owner with ten endpoints has them. Returns how many can be delivered.</summary>
    private static async Task<long> PlanAsync(NpgsqlConnection connection, int count)
    {
        await connection.ExecuteAsync("truncate deliveries, events, attempts");
        await connection.ExecuteAsync(
            """
            begin;
            insert into events (id, owner_id, type, payload, content_type, occurred_at)
            select ('00000000-0000-8000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(), 'job.completed',
                   convert_to(repeat('x', @bytes), 'UTF8'), 'application/json', now()
            from generate_series(0, @count / 10 - 1) n;
            insert into deliveries (id, event_id, endpoint_id, status, attempts, next_attempt_at)
            select uuid_v7(now()), ('00000000-0000-8000-8000-' || lpad(to_hex(n / 10), 12, '0'))::uuid, endpoint.ids[1 + n % cardinality(endpoint.ids)],
                   'pending', 0, now()
            from generate_series(0, @count - 1) n, (select array_agg(id order by id) as ids from endpoints) endpoint;
            commit
            """, new { count, bytes = Delivery.Bytes }, commandTimeout: 120);
        return await connection.ExecuteScalarAsync<long>(
            "select count(*) from deliveries join endpoints on endpoints.id = endpoint_id where url not like '%/broken/%'");
    }

    private async Task<Seen> SeenAsync() =>
        JsonSerializer.Deserialize<Seen>(await _receiver.SendAsync(HttpMethod.Get, "/seen", null, HttpStatusCode.OK), JsonSerializerOptions.Web)!;

    private static Task<bool> IsUnfinishedAsync(NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<bool>("select exists (select from deliveries where status = 'pending' and not is_retry)");
}
