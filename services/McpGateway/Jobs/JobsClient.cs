using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Upstream;

namespace MjAspire.McpGateway.Jobs;

/// <summary>JobService's HTTP interface, on behalf of an owner. Every method throws <see cref="RefusedException"/> when it is told no.</summary>
internal sealed partial class JobsClient(HttpClient http, Calls calls, JobReads reads, ILogger<JobsClient> logger)
{
    /// <summary>
    /// Makes an image job. A lost answer is asked for once more under the same idempotency key, so that it cannot become two pictures.
    /// There is no cancellation: a call that ends early must not leave it open whether the job exists.
    /// </summary>
    /// <param name="owner">Whose job.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="image">How.</param>
    /// <param name="idempotencyKey">The caller's own, if it has one.</param>
    public Task<CreatedJob> CreateAsync(Guid owner, string operation, ImageRequest image, string? idempotencyKey = null) =>
        CreateAsync<CreatedJob>(owner, "/api/jobs", new CreateJob(JobKind.Image, operation, image), idempotencyKey);

    /// <summary>Makes so many image jobs that are alike, or none; otherwise like <see cref="CreateAsync(Guid, string, ImageRequest, string?)"/>.</summary>
    public Task<CreatedBatch> CreateBatchAsync(Guid owner, string operation, ImageRequest image, int count, string? idempotencyKey = null) =>
        CreateAsync<CreatedBatch>(owner, "/api/batches", new CreateBatch(count, operation, image), idempotencyKey);

    private async Task<T> CreateAsync<T>(Guid owner, string path, object wanted, string? idempotencyKey)
    {
        var key = idempotencyKey ?? Guid.CreateVersion7().ToString();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = Calls.Message(HttpMethod.Post, path, owner, wanted);
                request.Headers.Add("Idempotency-Key", key);
                return await calls.SendAsync<T>(http, request, CancellationToken.None);
            }
            catch (RefusedException e) when (attempt == 1 && e.InnerException is HttpRequestException)
            {
                Log.AskingAgain(logger, e.InnerException.Message);
            }
        }
    }

    /// <summary><c>E_JOB_NOT_FOUND</c>: unknown, or another owner's.</summary>
    public Task<Job> GetAsync(Guid owner, Guid jobId, CancellationToken cancellationToken) => reads.GetAsync(owner, jobId, cancellationToken);

    /// <summary>The job as JobService shows it, word for word.</summary>
    public async Task<JsonObject> GetRawAsync(Guid owner, Guid jobId, bool includeHistory, CancellationToken cancellationToken)
    {
        using var request = Calls.Message(HttpMethod.Get, $"/api/jobs/{jobId}{(includeHistory ? "?include_history=true" : "")}", owner);
        return await calls.SendAsync<JsonObject>(http, request, cancellationToken);
    }

    public async Task<JobPage> ListAsync(Guid owner, JobQuery query, CancellationToken cancellationToken)
    {
        var path = QueryHelpers.AddQueryString("/api/jobs", new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["status"] = query.Status,
            ["kind"] = query.Kind,
            ["operation"] = query.Operation,
            ["model"] = query.Model,
            ["text"] = query.Text,
            ["created_after"] = query.CreatedAfter,
            ["created_before"] = query.CreatedBefore,
            ["limit"] = query.Limit.ToString(CultureInfo.InvariantCulture),
            ["cursor"] = query.Cursor,
        });
        using var request = Calls.Message(HttpMethod.Get, path, owner);
        return await calls.SendAsync<JobPage>(http, request, cancellationToken);
    }

    public async Task<ModelList> ModelsAsync(Guid owner, CancellationToken cancellationToken)
    {
        using var request = Calls.Message(HttpMethod.Get, "/api/models", owner);
        return await calls.SendAsync<ModelList>(http, request, cancellationToken);
    }

    public Task<ChangedJob> CancelAsync(Guid owner, Guid jobId, CancellationToken cancellationToken) =>
        ChangeAsync(HttpMethod.Delete, $"/api/jobs/{jobId}", owner, null, cancellationToken);

    public Task<ChangedJob> AnswerAsync(Guid owner, Guid jobId, JsonObject answer, CancellationToken cancellationToken) =>
        ChangeAsync(HttpMethod.Post, $"/api/jobs/{jobId}/answer", owner, answer, cancellationToken);

    /// <param name="report">The body of <c>POST /api/jobs/{id}/status</c>.</param>
    public Task<ChangedJob> ReportAsync(Guid owner, Guid jobId, object report, CancellationToken cancellationToken) =>
        ChangeAsync(HttpMethod.Post, $"/api/jobs/{jobId}/status", owner, report, cancellationToken);

    /// <param name="report">The body of <c>POST /api/jobs/{id}/complete</c>.</param>
    public Task<ChangedJob> CompleteAsync(Guid owner, Guid jobId, object report, CancellationToken cancellationToken) =>
        ChangeAsync(HttpMethod.Post, $"/api/jobs/{jobId}/complete", owner, report, cancellationToken);

    private async Task<ChangedJob> ChangeAsync(HttpMethod method, string path, Guid owner, object? body, CancellationToken cancellationToken)
    {
        using var request = Calls.Message(method, path, owner, body);
        return await calls.SendAsync<ChangedJob>(http, request, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Asking for a job once more under the same idempotency key: {Reason}")]
        public static partial void AskingAgain(ILogger logger, string reason);
    }
}
