using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.EndToEnd.Tests.Faults;

/// <summary>
/// An application and one job for each fault, all asked for at once, so that together they take as long as the slowest. Each test then looks at its own.
/// </summary>
public abstract class FaultyJobs(Application application) : IAsyncLifetime
{
    /// <summary>The slowest is the one that has to be given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What the prompt asks the sandbox for. A number says for how many submits, where there would be no end otherwise.</summary>
    private static readonly string[] Flags =
    [
        "stuck-93", "restart", "reset-before:1", "connection-reset", // the slow ones first
        "queue-full-9:2", "queue-full-23:2", "rate-limited:2", "second-envelope", "unauthorized-text", "banned-prompt",
        "slow-answer", "callback-before-response", "banned-later", "moderated",
        "lost-callback", "stuck-callback-93", "duplicate-terminal", "failure-then-success", "out-of-order",
        "empty-fetch", "dead-link", "html-image",
    ];

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private HttpClient _gateway = null!;
    private HttpClient _sandbox = null!;
    private NpgsqlDataSource _images = null!;
    private Receiver _receiver = null!;

    /// <summary>Theirs, but others may use it.</summary>
    public Application Application => application;

    /// <summary>Faults that have a job.</summary>
    public static IEnumerable<string> Names => Flags.Select(NameOf);

    public async ValueTask InitializeAsync()
    {
        await application.InitializeAsync();
        _gateway = application.Http();
        _sandbox = new HttpClient { BaseAddress = application.Sandbox };
        _images = await application.DatabaseAsync("images");
        _receiver = await Receiver.StartAsync(_gateway, "job.*");
        foreach (var flag in Flags)
            _ids[NameOf(flag)] = await OrderAsync("imagine", new { prompt = $"a picture in spite of {NameOf(flag)} --fault {flag}" });
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _receiver.DisposeAsync();
        await _images.DisposeAsync();
        _sandbox.Dispose();
        _gateway.Dispose();
        await application.DisposeAsync();
    }

    /// <summary>What became of the job with this fault.</summary>
    public Task<Outcome> OfAsync(string fault) => EndOfAsync(_ids[fault]);

    /// <summary>Asks for a job through the gateway.</summary>
    public async Task<string> OrderAsync(string operation, object input)
    {
        using var response = await PostAsync("/api/jobs", new { kind = "image", operation, input_data = input });
        var body = await response.Content.ReadFromJsonAsync<JsonObject>();
        return response.IsSuccessStatusCode ? body!["job_id"]!.GetValue<string>() : throw new InvalidOperationException($"{operation}: {body}");
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) => _gateway.PostAsJsonAsync(path, body);

    /// <summary>Waits until an event of this type came.</summary>
    public Task ToldAsync(string jobId, string type) =>
        Eventually.TrueAsync(() => _receiver.Of(jobId).Any(seen => seen.Type == type), $"{type} of {jobId}", Patience);

    /// <summary>Waits until a job has ended and everything was told, and looks everywhere.</summary>
    public async Task<Outcome> EndOfAsync(string jobId)
    {
        await Eventually.TrueAsync(() => _receiver.Of(jobId).Any(seen => seen.IsLast), $"the end of {jobId}", Patience);
        var answer = await _gateway.GetFromJsonAsync<JsonObject>($"/api/jobs/{jobId}?include_history=true");
        var bought = await _sandbox.GetFromJsonAsync<JsonArray>($"/sandbox/purchases?state={jobId}");
        await using var database = await _images.OpenConnectionAsync();
        var stored = await database.QueryAsync<StoredRow>(
            "select source_index as sourceIndex, part_index as partIndex, sha256 from images where job_id = @id order by 1, 2", new { id = Guid.Parse(jobId) });

        // A window that is answered is bought under its own id once more.
        var outcome = new Outcome(answer!, [.. bought!.Select(purchase => purchase!["taskId"]!.GetValue<string>()).Distinct()], [.. stored]);
        await Eventually.TrueAsync(
            () => _receiver.Of(jobId).DistinctBy(seen => seen.Sequence).Count() >= outcome.Sequence, $"all {outcome.Sequence} events of {jobId}", Patience);
        return outcome with { Deliveries = _receiver.Of(jobId) };
    }

    private static string NameOf(string flag) => flag.Split(':')[0];
}
