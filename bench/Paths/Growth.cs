using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Contracts.Jobs;

namespace MjAspire.Bench.Paths;

/// <summary>The same work beside no rows, a hundred thousand and two million: three services, three databases, in turn.</summary>
internal static class Growth
{
    private const int Callers = 32, Owners = 1000;

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"kind":"external","operation":"render","input_data":{"prompt":"a lighthouse in a storm, oil on canvas"}}""");

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        await using var broker = await Broker.ConnectAsync(stage);
        await broker.BindAsync<JobChanged>("bench-sink", mostKept: 10_000);
        List<Side> sides = [];
        List<Http> clients = [];
        foreach (var (database, rows) in new[] { ("jobs", 2_000_000), ("callbacks", 100_000), ("baseline", 0) })
        {
            var service = await stage.ServiceAsync("JobService", ("ConnectionStrings__jobs", stage.Postgres(database)));
            await SeedAsync(stage, database, rows);
            var http = new Http(service.Address!, ("X-Internal-Key", Stage.InternalKey));
            clients.Add(http);
            sides.Add(new($"{rows:N0} rows", length => UseAsync(http, length), service, stage.PostgresServer));
        }
        var result = await Contest.RunAsync(
            "growth", "Create, read and list beside 2,000,000 jobs", $"closed loop, {Callers} callers", settings, Goal.Times(0.8), sides[0], [.. sides.Skip(1)]);
        clients.ForEach(client => client.Dispose());
        return [result];
    }

    /// <summary>Counted as one: a job made, read by its id, and its owner's newest twenty.</summary>
    private static Task<Leg> UseAsync(Http http, TimeSpan length) => ClosedLoop.RunAsync(Callers, length, async _ =>
    {
        (string, string) owner = ("X-Owner-Id", $"{Owner(Random.Shared.Next(Owners))}");
        using var created = JsonDocument.Parse(await http.SendAsync(HttpMethod.Post, "/api/jobs", Http.Json(Body), HttpStatusCode.Created, owner));
        var id = created.RootElement.GetProperty("job_id").GetString();
        await http.SendAsync(HttpMethod.Get, $"/api/jobs/{id}", null, HttpStatusCode.OK, owner);
        var list = Encoding.UTF8.GetString(await http.SendAsync(HttpMethod.Get, "/api/jobs?limit=20", null, HttpStatusCode.OK, owner));
        if (!list.Contains(id!, StringComparison.Ordinal))
            throw new BenchException($"Job {id} is not among its owner's newest.");
    });

    private static Guid Owner(int number) => new($"00000000-0000-7000-8000-{number:x12}");

    /// <summary>Finished jobs of a thousand owners over the last year. What indexes cost a bulk load is not what is measured, so the dear ones are made after it.</summary>
    private static async Task SeedAsync(Stage stage, string name, int rows)
    {
        if (rows == 0)
            return;
        Console.WriteLine($"  seeding {rows:N0} rows");
        await using var database = stage.Database(name);
        await using var connection = await database.OpenConnectionAsync();
        var indexes = (await connection.QueryAsync<(string Name, string Sql)>(
            "select indexname, indexdef from pg_indexes where tablename = 'jobs' and indexname <> 'jobs_pkey'")).AsList();
        foreach (var index in indexes)
            await connection.ExecuteAsync($"drop index {index.Name}");
        await connection.ExecuteAsync(
            """
            insert into jobs (id, owner_id, kind, operation, status, phase, sequence, progress, message, input_data, metadata, artifacts,
                              created_at, updated_at, started_at, finished_at)
            select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
                   ('00000000-0000-7000-8000-' || lpad(to_hex(n % @owners), 12, '0'))::uuid, 'image', 'imagine', 'DONE', 'Finished', 5, 100, 'The pictures are ready.',
                   jsonb_build_object('prompt', 'a lighthouse in a storm, number ' || n, 'model', 'midjourney'), '{}', '[]',
                   moment, moment, moment, moment
            from (select n, now() - interval '365 days' * ((@rows - n)::float8 / @rows) as moment from generate_series(1, @rows) n) job
            """, new { rows, owners = Owners }, commandTimeout: 600);
        await connection.ExecuteAsync("set maintenance_work_mem = '512MB'");
        foreach (var index in indexes)
            await connection.ExecuteAsync(index.Sql, commandTimeout: 600);
        await connection.ExecuteAsync("vacuum analyze jobs", commandTimeout: 600);
    }
}
