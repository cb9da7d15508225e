using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dapper;
using MjAspire.Bench.Baselines;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Contracts.Jobs;

namespace MjAspire.Bench.Paths;

/// <summary>Rows of the outbox that wait, until the broker has confirmed all of them; against the same by hand.</summary>
internal static class Outbox
{
    private const string Queue = "bench-published";

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        await using var broker = await Broker.ConnectAsync(stage);
        var ours = await OursAsync(stage, broker);
        var baseline = await stage.BaselineAsync("outbox");
        using var http = new Http(baseline.Address!);
        return
        [
            await Contest.RunAsync(
                "outbox", "Empty the outbox", "a backlog is drained", settings, Goal.Times(0.5), ours,
                new Side("claim 50, publish, confirm, delete", async length =>
                {
                    var count = Count(length);
                    await SeedAsync(stage, "baseline", "insert into outbox (body) select @body from generate_series(1, @count)", count);
                    var leg = JsonSerializer.Deserialize<Leg>(await http.SendAsync(HttpMethod.Post, "/drain", null, HttpStatusCode.OK), JsonSerializerOptions.Web)!;
                    await CheckAsync(broker, OutboxBaseline.Queue, count);
                    return leg;
                }, baseline, stage.PostgresServer, stage.RabbitServer)),
        ];
    }

    /// <summary>The outbox of the job service.</summary>
    public static async Task<Side> OursAsync(Stage stage, Broker broker)
    {
        await broker.BindAsync<JobChanged>(Queue);
        var service = await stage.ServiceAsync("JobService");
        return new("outbox of job-service", length => DrainAsync(stage, broker, Count(length)), service, stage.PostgresServer, stage.RabbitServer);
    }

    private static int Count(TimeSpan length) => (int)(3_000 * length.TotalSeconds);

    private static async Task<Leg> DrainAsync(Stage stage, Broker broker, int count)
    {
        await SeedAsync(
            stage, "jobs",
            "insert into outbox (message_id, type, body, created_at) select gen_random_uuid(), @type, @body, now() from generate_series(1, @count)", count);

        // The dispatcher finds what it did not write itself at its next poll; from its first message on it is measured.
        var first = 0L;
        await Wait.UntilAsync(async () => (first = await broker.CountAsync(Queue)) > 0, "the first message");
        var began = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(async () => await broker.CountAsync(Queue) >= count, "every message to be published");
        await CreateJob.DrainedAsync(stage);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await CheckAsync(broker, Queue, count);
        return new(count - first, seconds, []);
    }

    private static async Task SeedAsync(Stage stage, string name, string sql, int count)
    {
        var message = new JobChanged
        {
            JobId = Guid.CreateVersion7(),
            OwnerId = Guid.CreateVersion7(),
            Kind = JobKind.External,
            Operation = "render",
            Status = JobStatus.Running,
            PreviousStatus = JobStatus.Pending,
            Sequence = 2,
            Progress = 42,
            Step = "drawing",
            Message = "The picture is being drawn.",
            OccurredAt = TimeProvider.System.GetUtcNow(),
        };
        await using var database = stage.Database(name);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            sql, new { count, type = typeof(JobChanged).AssemblyQualifiedName, body = JsonSerializer.Serialize(message) }, commandTimeout: 120);
    }

    private static async Task CheckAsync(Broker broker, string queue, int count)
    {
        var published = await broker.CountAsync(queue);
        await broker.PurgeAsync(queue);
        if (published != count)
            throw new BenchException($"{count} messages were to be published, {published} are in the queue.");
    }
}
