using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MjAspire.McpGateway.Tests;

/// <summary>What a service behind the gateway was asked.</summary>
internal sealed record Received(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>
/// A web server in place of the services behind the gateway: it keeps jobs as JobService shows them, per owner, answers everything else with an
/// echo, and remembers what it was asked. Its answers are JSON by hand, so that a test fails when the gateway reads the wire differently.
/// </summary>
internal sealed class StubServices : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Guid, (string Owner, JsonObject Job)> _jobs = new();

    private readonly ConcurrentDictionary<Guid, (string Owner, Guid[] Jobs)> _batches = new();

    private StubServices(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>Answers in place of everything else, when it returns true.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<StubServices> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stub = new StubServices(builder.Build());
        stub._app.Use(stub.ReceiveAsync);
        stub._app.MapPost("/api/jobs", stub.Create);
        stub._app.MapGet("/api/jobs", stub.List);
        stub._app.MapGet("/api/jobs/{id:guid}", stub.Get);
        stub._app.MapPost("/api/jobs/read", stub.Read);
        stub._app.MapDelete("/api/jobs/{id:guid}", (HttpContext context, Guid id) => stub.Move(context, id, "CANCELLED"));
        stub._app.MapPost("/api/jobs/{id:guid}/answer", (HttpContext context, Guid id) => stub.Move(context, id, "RUNNING"));
        stub._app.MapPost("/api/jobs/{id:guid}/status", (HttpContext context, Guid id) => stub.Move(context, id, "RUNNING"));
        stub._app.MapPost("/api/jobs/{id:guid}/complete", (HttpContext context, Guid id) => stub.Move(context, id, "DONE"));
        stub._app.MapPost("/api/batches", stub.CreateBatch);
        stub._app.MapGet("/api/batches/{id:guid}", stub.GetBatch);
        stub._app.MapDelete("/api/batches/{id:guid}", stub.GetBatch);
        stub._app.MapPost("/api/push", () => Results.Text(
            """{"status":"success","message":"hello","timestamp":"2025-11-11T12:34:56.789012+00:00","webhooks_notified":1,"total_webhooks":2}""", "application/json"));
        stub._app.MapPost("/api/register", () => Results.Text(
            """{"status":"success","webhook_url":"https://hook.example/","total_webhooks":1}""", "application/json"));
        stub._app.MapGet("/api/webhooks", () => Results.Text("""{"webhooks":["https://hook.example/"],"total":1}""", "application/json"));
        stub._app.MapGet("/api/models", () => Results.Text(
            """{"models":[{"name":"midjourney","engine":"midjourney","operations":["imagine"],"longest_prompt":8192,"takes_seed":true,"is_default":true,"description":"Grids."}]}""",
            "application/json"));
        stub._app.MapGet("/images/{id:guid}", stub.GetImage);
        stub._app.MapGet("/images/{id:guid}/content", stub.GetContent);
        stub._app.MapFallback(async (HttpContext context) => { await EchoAsync(context); });
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>Says what it was asked; for <see cref="Instead"/>, of everything.</summary>
    public static async Task<bool> EchoAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync($"echo {context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        return true;
    }

    /// <summary>The first picture of a finished job.</summary>
    public Guid ImageOf(Guid jobId) => Guid.Parse((string)_jobs[jobId].Job["artifacts"]![0]!["image_id"]!);

    /// <summary>Changes a job behind the gateway's back.</summary>
    public void Change(Guid jobId, Action<JsonObject> change)
    {
        var job = _jobs[jobId].Job.DeepClone().AsObject();
        change(job);
        _jobs[jobId] = _jobs[jobId] with { Job = job };
    }

    public Guid Add(Guid owner)
    {
        var id = Guid.CreateVersion7();
        _jobs[id] = (owner.ToString(), NewJob(id));
        return id;
    }

    public Guid AddBatch(Guid owner, params Guid[] jobs)
    {
        var id = Guid.CreateVersion7();
        _batches[id] = (owner.ToString(), jobs);
        return id;
    }

    public static void Finish(JsonObject job)
    {
        var grid = Guid.CreateVersion7();
        job["status"] = "DONE";
        job["follow_ups"] = new JsonArray("upscale 1", "variation 1", "reroll");
        job["artifacts"] = new JsonArray([Picture(grid, null, null), .. Enumerable.Range(1, 4).Select(index => Picture(Guid.CreateVersion7(), grid, index))]);
    }

    /// <summary>The bytes of every picture.</summary>
    public byte[] Content { get; set; } = new byte[1_000];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        context.Request.Body.Position = 0;
        Requests.Enqueue(new(
            context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));

        if (Instead is null || !await Instead(context))
            await next(context);
    }

    private IResult Create(HttpContext context)
    {
        var id = Add(Guid.Parse(context.Request.Headers["X-Owner-Id"].ToString()));
        return Results.Text(
            $$"""{"job_id":"{{id}}","status":"PENDING","created_at":"{{TimeProvider.System.GetUtcNow():O}}","message":"Job created"}""",
            "application/json", statusCode: 201);
    }

    private IResult CreateBatch(HttpContext context, JsonNode body)
    {
        var count = body["prompts"]?.AsArray().Count ?? (int)body["count"]!;
        var owner = Guid.Parse(context.Request.Headers["X-Owner-Id"].ToString());
        var jobs = Enumerable.Range(0, count).Select(_ => Add(owner)).ToArray();
        var made = jobs.Select(id => $$"""{"job_id":"{{id}}","status":"PENDING","created_at":"2026-01-01T00:00:00Z","message":"Job created"}""");
        return Results.Text(
            $$"""
            {"batch_id":"{{AddBatch(owner, jobs)}}","status":"PENDING","created_at":"2026-01-01T00:00:00Z","size":{{count}},"message":"Batch created",
             "jobs":[{{string.Join(',', made)}}]}
            """, "application/json", statusCode: 201);
    }

    private IResult GetBatch(HttpContext context, Guid id) =>
        _batches.TryGetValue(id, out var batch) && batch.Owner == context.Request.Headers["X-Owner-Id"]
            ? Results.Text(
                $$"""
                {"batch":{"batch_id":"{{id}}","status":"RUNNING","created_at":"2026-01-01T00:00:00Z","size":{{batch.Jobs.Length}},"counts":{"RUNNING":1},
                 "percentage":0,"jobs":[{{string.Join(',', batch.Jobs.Select(job => _jobs[job].Job.ToJsonString()))}}]} }
                """, "application/json")
            : NotFound("batch");

    private IResult Get(HttpContext context, Guid id) => Find(context, id) is { } job
        ? Results.Text($$"""{"job":{{job.ToJsonString()}},"history":[]}""", "application/json")
        : NotFound("job");

    private IResult Read(JsonNode body)
    {
        var jobs = body["jobs"]!.AsArray().Select(wanted =>
            _jobs.TryGetValue(Guid.Parse((string)wanted!["job_id"]!), out var entry) && entry.Owner == (string?)wanted["owner_id"] ? entry.Job.ToJsonString() : "null");
        return Results.Text($$"""{"jobs":[{{string.Join(',', jobs)}}]}""", "application/json");
    }

    private IResult List(HttpContext context)
    {
        var owner = context.Request.Headers["X-Owner-Id"].ToString();
        var status = context.Request.Query["status"].ToString();
        var jobs = _jobs.Values.Where(entry => entry.Owner == owner && (status.Length == 0 || (string?)entry.Job["status"] == status)).Select(entry => entry.Job.ToJsonString());
        return Results.Text($$"""{"jobs":[{{string.Join(',', jobs)}}],"next_cursor":null}""", "application/json");
    }

    private IResult Move(HttpContext context, Guid id, string status)
    {
        if (Find(context, id) is null)
            return NotFound("job");
        Change(id, job => job["status"] = status);
        return Results.Text(
            $$"""{"job_id":"{{id}}","status":"{{status}}","sequence":2,"updated_at":"2026-01-01T00:00:00Z","message":"Moved."}""", "application/json");
    }

    private IResult GetImage(HttpContext context, Guid id) => JobOf(context, id) is var (job, picture)
        ? Results.Text(
            $$"""
            {"image_id":"{{id}}","job_id":"{{(string)job["job_id"]!}}","parent_image_id":null,"index":{{picture["index"]?.ToJsonString() ?? "null"}},
             "operation":"imagine","prompt":"x","model":null,"media_type":"image/png","width":1024,"height":1024,
             "download_url":"http://pictures.test/i/{{id}}?e=1&s=x"}
            """, "application/json")
        : NotFound("image");

    private IResult GetContent(HttpContext context, Guid id) =>
        JobOf(context, id) is null ? NotFound("image") : Results.Bytes(Content, "image/jpeg");

    private (JsonObject Job, JsonNode Picture)? JobOf(HttpContext context, Guid image) =>
        (from entry in _jobs.Values
         where entry.Owner == context.Request.Headers["X-Owner-Id"]
         from picture in entry.Job["artifacts"]!.AsArray()
         where (string?)picture!["image_id"] == image.ToString()
         select ((JsonObject, JsonNode)?)(entry.Job, picture)).FirstOrDefault();

    private JsonObject? Find(HttpContext context, Guid id) =>
        _jobs.TryGetValue(id, out var entry) && entry.Owner == context.Request.Headers["X-Owner-Id"] ? entry.Job : null;

    private static IResult NotFound(string what) => Results.Text(
        $$"""{"title":"Not Found","status":404,"detail":"There is no such {{what}}.","code":"E_{{what.ToUpperInvariant()}}_NOT_FOUND"}""",
        "application/problem+json", statusCode: 404);

    private static JsonObject NewJob(Guid id) => JsonNode.Parse(
        $$"""
        {"job_id":"{{id}}","kind":"image","operation":"imagine","status":"PENDING","sequence":1,
         "created_at":"{{TimeProvider.System.GetUtcNow():O}}","updated_at":"2026-01-01T00:00:00Z",
         "input_data":{"prompt":"x"},
         "progress":{"current_step":"queued","total_steps":null,"completed_steps":0,"percentage":0,"estimated_remaining":null},
         "artifacts":[],"metadata":{"user_id":null,"session_id":null,"processing_time":null,"error_message":null},"error":null}
        """)!.AsObject();

    private static JsonNode Picture(Guid id, Guid? parent, int? index) => JsonNode.Parse(
        $$"""
        {"name":"picture.png","path":"mj://images/{{id}}","type":"image/png","size":1234,
         "download_url":"http://pictures.test/i/{{id}}?e=1&s=x",
         "image_id":"{{id}}","parent_image_id":{{(parent is null ? "null" : $"\"{parent}\"")}},"index":{{index?.ToString() ?? "null"}},
         "width":1024,"height":1024}
        """)!;
}
