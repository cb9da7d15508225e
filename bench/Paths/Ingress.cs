using System.Net;
using System.Text;
using MjAspire.Bench.Baselines;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Contracts.Webhooks;
using MjAspire.ServiceDefaults;

namespace MjAspire.Bench.Paths;

/// <summary>A provider's callback, from the request to 202: proven, told from repetitions, in a quorum queue and confirmed.</summary>
internal static class Ingress
{
    private const int Callers = 64;
    private const string Queue = "bench-callbacks";

    private static readonly (string, string)[] Unlimited =
    [
        ("Webhooks__Limits__PerProvider__Burst", "1000000000"), ("Webhooks__Limits__PerProvider__PerMinute", "1000000000"),
        ("Webhooks__Limits__PerAddress__Burst", "1000000000"), ("Webhooks__Limits__PerAddress__PerMinute", "1000000000"),
    ];

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        await using var broker = await Broker.ConnectAsync(stage);
        await broker.BindAsync<ProviderCallbackReceived>(Queue);
        var service = await stage.ServiceAsync("WebhookIngress", Unlimited);
        var baseline = await stage.BaselineAsync("ingress");
        using var ours = new Http(service.Address!);
        using var theirs = new Http(baseline.Address!);
        var result = await Contest.RunAsync(
            "ingress", "Take a callback", $"closed loop, {Callers} callers, every callback new", settings, Goal.Times(0.85),
            new Side("webhook-ingress", length => CallAsync(ours, broker, Queue, length), service, stage.PostgresServer, stage.RedisServer, stage.RabbitServer),
            new Side(
                "Kestrel + token + SET NX + confirm", length => CallAsync(theirs, broker, IngressBaseline.Queue, length),
                baseline, stage.RedisServer, stage.RabbitServer));
        return [result with { Remarks = ["After each leg the queue held as many messages as callbacks had been answered 202. The ingress also limits rates and keeps a history, in Redis and Postgres; limits are set so high that they never bite."] }];
    }

    private static async Task<Leg> CallAsync(Http http, Broker broker, string queue, TimeSpan length)
    {
        var expires = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1);
        var (call, run) = (0, Guid.CreateVersion7());
        var paths = Enumerable.Range(0, Callers)
            .Select(_ => $"/webhook/midjourney/{CallbackToken.Create(Stage.TokenKey, Guid.CreateVersion7(), expires, default)}").ToArray();
        var leg = await ClosedLoop.RunAsync(Callers, length, caller => http.SendAsync(
            HttpMethod.Post, paths[caller], Http.Json(Body(run, Interlocked.Increment(ref call))), HttpStatusCode.Accepted));

        await Wait.UntilAsync(async () => await broker.CountAsync(queue) >= leg.Operations, "the queue to hold every callback", TimeSpan.FromSeconds(20));
        var queued = await broker.CountAsync(queue);
        await broker.PurgeAsync(queue);
        return queued == leg.Operations ? leg : throw new BenchException($"{leg.Operations} callbacks were answered 202, {queued} are queued.");
    }

    private static byte[] Body(Guid run, int call) => Encoding.UTF8.GetBytes(
        $$"""
        {"id":"{{run}}-{{call}}","action":"IMAGINE","status":"IN_PROGRESS","progress":"42%","prompt":"a lighthouse in a storm, oil on canvas","promptEn":"a lighthouse in a storm, oil on canvas","description":"/imagine a lighthouse in a storm","submitTime":1763640000000,"startTime":1763640001000,"finishTime":0,"imageUrl":null,"failReason":null,"properties":{"finalPrompt":"a lighthouse in a storm, oil on canvas --v 6"} }
        """);
}
