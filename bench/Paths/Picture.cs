using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Paths;

/// <summary>
/// Everything at once, for a minute: an agent's call, a job, a provider, its callback, four pictures stored, the webhook delivered. The sandbox
/// draws small pictures without delay, so what is measured is all of the system and none of the drawing.
/// </summary>
internal static partial class Picture
{
    private const int Callers = 96;
    private const string Owner = "00000000-0000-7000-8000-0000000000a1"; // the administrator's
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] JobCompleted = ["job.completed"];

    private static int Prompts;

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        var (gateway, deliveries, parts) = await StartAsync(stage);
        await using var hooks = await Hooks.StartAsync();
        using (var http = new Http(deliveries.Address!, ("X-Internal-Key", Stage.InternalKey), ("X-Owner-Id", Owner)))
        {
            var endpoint = JsonSerializer.SerializeToUtf8Bytes(new { url = $"{hooks.Address}hook", events = JobCompleted });
            await http.SendAsync(HttpMethod.Post, "/api/endpoints", Http.Json(endpoint), HttpStatusCode.Created);
        }

        using var caller = McpCaller.Stateless(gateway, Callers);
        var side = new Side("all services", length => ClosedLoop.RunAsync(Callers, length, one => MakeAsync(caller, hooks, one)), parts);
        await WarmUp.RunAsync(side, settings.Leg);
        var leg = await Contest.MeasureAsync(side, settings.Sustained);
        Console.WriteLine($"  {leg.Rate:N1} pictures/s");

        await DoneAsync(stage, hooks.Delivered);
        var stages = await PictureStages.ReadAsync(stage);
        return
        [
            new Result("picture", "A whole picture, from MCP call to webhook", $"closed loop, {Callers} callers, {leg.Seconds:0} s", [Summary.Of(side.Name, [leg])])
            {
                Ratios = [],
                Goal = Goal.Rate(150),
                Remarks =
                [
                    $"All {hooks.Delivered:N0} jobs are DONE with their pictures stored, and each was told to its endpoint; {hooks.Repeated:N0} deliveries came more than once.",
                    .. PictureStages.Describe(stages, leg),
                ],
            },
        ];
    }

    private static async Task<(Child Gateway, Child Deliveries, Child[] Parts)> StartAsync(Stage stage)
    {
        const string ProviderKey = "bench-provider-key-0123456789";
        string Limit(string what) => $"Webhooks__Limits__{what}";
        var ingress = await stage.ServiceAsync(
            "WebhookIngress",
            (Limit("PerProvider__Burst"), "1000000000"), (Limit("PerProvider__PerMinute"), "1000000000"),
            (Limit("PerAddress__Burst"), "1000000000"), (Limit("PerAddress__PerMinute"), "1000000000"));
        var sandbox = await stage.ServiceAsync("Sandbox", ("Sandbox__DelayMs", "0"), ("Sandbox__Size", "64"), ("Sandbox__ApiSecret", ProviderKey));
        var images = await stage.ServiceAsync("ImageStore");
        var jobs = await stage.ServiceAsync(
            "JobService", ("services__image-store__http__0", $"{images.Address}"), ("Webhooks__PublicUrl", $"{ingress.Address}".TrimEnd('/')),
            ("Midjourney__BaseUrl", $"{sandbox.Address}"), ("MIDJOURNEY_API_KEY", ProviderKey));
        var deliveries = await stage.ServiceAsync("DeliveryWorker");
        var gateway = await stage.ServiceAsync(
            "McpGateway",
            [
                ("services__job-service__http__0", $"{jobs.Address}"), ("services__delivery-worker__http__0", $"{deliveries.Address}"),
                ("services__image-store__http__0", $"{images.Address}"), .. McpCaller.Unlimited,
            ]);
        return (gateway, deliveries,
            [gateway, jobs, ingress, images, deliveries, sandbox, stage.PostgresServer, stage.RabbitServer, stage.RedisServer]);
    }

    private static async Task MakeAsync(McpCaller caller, Hooks hooks, int one)
    {
        // A picture of its own each time, as in life: the same bytes would be one blob, and everyone would wait for its row.
        var answer = await caller.CallAsync(
            one, "generate_image", $$"""{"prompt":"lighthouse number {{Interlocked.Increment(ref Prompts)}} in a storm, oil on canvas"}""", "job_id");
        var job = Guid.Parse(JobId().Match(answer).Groups["id"].Value);
        try
        {
            await hooks.DeliveredAsync(job).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new BenchException($"Nothing was heard of job {job} within {Patience.TotalSeconds:0} s.");
        }
    }

    private static async Task DoneAsync(Stage stage, long delivered)
    {
        await using var jobs = stage.Database("jobs");
        await using var ofJobs = await jobs.OpenConnectionAsync();
        var (all, done) = await ofJobs.QuerySingleAsync<(long, long)>("select count(*), count(*) filter (where status = 'DONE') from jobs");
        await using var images = stage.Database("images");
        await using var ofImages = await images.OpenConnectionAsync();
        var stored = await ofImages.ExecuteScalarAsync<long>("select count(distinct job_id) from images");
        if (all != done || stored != done || delivered != done)
            throw new BenchException($"{all} jobs, of which {done} are done, {stored} have pictures and {delivered} were told.");
    }

    [GeneratedRegex("""job_id\\?":\s*\\?"(?<id>[0-9a-f-]{36})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex JobId();

    /// <summary>A customer's server, inside the driver: it must know at once.</summary>
    private sealed partial class Hooks(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _jobs = new();
        private long _requests, _delivered;

        public Uri Address { get; private set; } = null!;

        public long Delivered => Interlocked.Read(ref _delivered);

        public long Repeated => Interlocked.Read(ref _requests) - Delivered;

        public static async Task<Hooks> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            var app = builder.Build();
            var hooks = new Hooks(app) { Address = new($"http://127.0.0.1:{Stage.FreePort()}/") };
            app.Urls.Add($"{hooks.Address}");
            app.MapPost("/hook", hooks.ReceiveAsync);
            await app.StartAsync();
            return hooks;
        }

        public Task DeliveredAsync(Guid job) => Of(job).Task;

        public async ValueTask DisposeAsync() => await app.DisposeAsync();

        private async Task ReceiveAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            var job = Guid.Parse(JobId().Match(await reader.ReadToEndAsync()).Groups["id"].Value);
            Interlocked.Increment(ref _requests);
            if (Of(job).TrySetResult())
                Interlocked.Increment(ref _delivered);
        }

        private TaskCompletionSource Of(Guid job) => _jobs.GetOrAdd(job, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
