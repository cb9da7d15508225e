using System.Diagnostics;
using System.Text.Json;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Paths;

/// <summary>Our two queues, which live in Postgres, against job queues for Node.js on the same servers.</summary>
internal static class Queues
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        await using var broker = await Broker.ConnectAsync(stage);
        var outbox = await Outbox.OursAsync(stage, broker);
        var receiver = await stage.BaselineAsync("receiver");
        var worker = await stage.ServiceAsync("DeliveryWorker");
        await using var deliveries = await DeliveryQueue.CreateAsync(stage, worker, receiver, endpoints: 100);

        var redis = new Dictionary<string, string> { ["REDIS_PORT"] = stage.Redis.Split(':')[1] };
        var postgres = new Dictionary<string, string> { ["DATABASE_URL"] = stage.PostgresUrl("baseline") };
        Side[] others = Npm.IsInstalled
            ?
            [
                new("bullmq: empty jobs, Redis, to disk every second", length => RunAsync("bullmq", length, 8_000, redis), stage.RedisServer),
                new("pg-boss: empty jobs, 50 a commit", length => RunAsync("pg-boss", length, 5_000, postgres), stage.PostgresServer),
                new("graphile-worker: empty jobs, a commit each", length => RunAsync("graphile-worker", length, 2_000, postgres), stage.PostgresServer),
            ]
            : [];
        var results = await Contest.RunAsync(
            "queues", "a backlog is drained", settings, goal: null,
            [
                ("Queue: outbox", outbox with { Name = "outbox: published with confirm, 100 a commit" }),
                ("Queue: deliveries", new Side("deliveries: sent over HTTP, up to 250 a commit", deliveries.DrainAsync, worker, stage.PostgresServer)),
            ], others);
        return results.ConvertAll(result => result with
        {
            Remarks = Npm.IsInstalled
                ? ["Jobs of the others do nothing; ours publish or send. The processor time of the others' own Node process is not counted."]
                : [$"Not compared: {Npm.Missing}."],
        });
    }

    private static async Task<Leg> RunAsync(string script, TimeSpan length, int perSecond, Dictionary<string, string> environment)
    {
        var count = (int)(length.TotalSeconds * perSecond);
        var start = new ProcessStartInfo(Npm.Node, [Npm.Script($"{script}.mjs"), $"{count}"]) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var text = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            var leg = process.ExitCode == 0 ? JsonSerializer.Deserialize<Leg>(text.Trim().Split('\n')[^1], JsonSerializerOptions.Web)! : throw new BenchException($"{script} failed.");
            return leg.Operations == count ? leg : throw new BenchException($"{script} was given {count} jobs and did {leg.Operations}.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
