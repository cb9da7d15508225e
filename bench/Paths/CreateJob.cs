using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Contracts.Jobs;

namespace MjAspire.Bench.Paths;

/// <summary><c>POST /api/jobs</c>: job, history and outbox in one transaction, and the message on its way; against one insert.</summary>
internal static class CreateJob
{
    private const int Callers = 64;

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"kind":"external","operation":"render","input_data":{"prompt":"a lighthouse in a storm, oil on canvas","aspect_ratio":"16:9"},"metadata":{"user_id":"u1"}}""");

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        await using var broker = await Broker.ConnectAsync(stage);
        await broker.BindAsync<JobChanged>("bench-sink", mostKept: 10_000);
        var service = await stage.ServiceAsync("JobService");
        var baseline = await stage.BaselineAsync("create");

        using var ours = new Http(service.Address!, Internal());
        using var theirs = new Http(
            baseline.Address!, ("X-Owner-Id", $"{Guid.CreateVersion7()}"),
            ("X-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Stage.InternalKey), Body))));

        var created = 0L;
        var result = await Contest.RunAsync(
            "create", "Create a job", $"closed loop, {Callers} callers", settings, Goal.Times(0.5),
            new Side("job-service", async length =>
            {
                var leg = await CreateAsync(ours, length);
                created += leg.Operations;
                await DrainedAsync(stage);
                return leg;
            }, service, stage.PostgresServer, stage.RabbitServer),
            new Side("Kestrel + HMAC + one insert", length => ClosedLoop.RunAsync(
                Callers, length, _ => theirs.SendAsync(HttpMethod.Post, "/jobs", Http.Json(Body), HttpStatusCode.Created)), baseline, stage.PostgresServer));

        await using var database = stage.Database("jobs");
        await using var connection = await database.OpenConnectionAsync();
        var (jobs, history) = await connection.QuerySingleAsync<(long, long)>("select (select count(*) from jobs), (select count(*) from job_history)");
        if (jobs != created || history != created)
            throw new BenchException($"{created} jobs were created, {jobs} are there, with {history} rows of history.");
        return [result with { Remarks = [$"All {created:N0} jobs are there, each with its history; every message was published before the next leg, and its cost is counted."] }];
    }

    /// <summary>For a caller of its own: an internal key and an owner.</summary>
    public static (string, string)[] Internal() => [("X-Internal-Key", Stage.InternalKey), ("X-Owner-Id", $"{Guid.CreateVersion7()}")];

    public static Task<Leg> CreateAsync(Http http, TimeSpan length) => ClosedLoop.RunAsync(
        Callers, length, _ => http.SendAsync(HttpMethod.Post, "/api/jobs", Http.Json(Body), HttpStatusCode.Created));

    /// <summary>The outbox has caught up.</summary>
    public static async Task DrainedAsync(Stage stage)
    {
        await using var database = stage.Database("jobs");
        await using var connection = await database.OpenConnectionAsync();
        await Wait.UntilAsync(async () => !await connection.ExecuteScalarAsync<bool>("select exists (select from outbox)"), "the outbox to be empty");
    }
}
