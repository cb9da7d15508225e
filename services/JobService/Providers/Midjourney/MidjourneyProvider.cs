using System.Net;
using System.Text.Json;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using Polly;
using Polly.CircuitBreaker;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>Speaks the midjourney-proxy HTTP interface. It never retries: the job does, by its own clock.</summary>
internal sealed class MidjourneyProvider(string name, MidjourneyOptions options, IHttpClientFactory clients, TimeProvider time) : IReportingProvider
{
    public const string Engine = "midjourney";

    /// <summary>No answer of the relay is longer, bytes.</summary>
    public const int LongestAnswer = 1 << 20;

    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(15);

    /// <summary>Opens when half of ten calls within half a minute found nobody; a relay that is down is not to be hammered.</summary>
    private readonly ResiliencePipeline _breaker = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = BreakDuration,
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>().Handle<TaskCanceledException>(),
        })
        .Build();

    public string Name => name;

    public IReadOnlyList<ImageModel> Models { get; } =
    [
        new("midjourney", Engine, "", [.. Operation.All.Keys], ImageRequest.LongestPrompt, "Midjourney: the most painterly; a 2x2 grid of four pictures to go on from.")
        {
            TakesSeed = true,
        },
    ];

    public int Weight => options.Weight;

    public int Concurrency => options.Concurrency;

    public IReadOnlyList<string> FollowUps(Job parent) => Midjourney.FollowUps.Allowed(parent.Buttons);

    public bool Allows(Job parent, string operation, ImageRequest request) => options.Dialect switch
    {
        MidjourneyDialect.Change => Midjourney.FollowUps.ChangeAction(operation, request) is not null,
        _ when parent.Buttons is not null => Midjourney.FollowUps.Find(parent.Buttons, operation, request) is not null,
        MidjourneyDialect.Auto => Midjourney.FollowUps.ChangeAction(operation, request) is not null,
        _ => false,
    };

    public async Task<SubmitOutcome> SubmitAsync(SubmitRequest submit, CancellationToken cancellationToken)
    {
        var submission = Submission.For(submit, options.Dialect);
        try
        {
            using var response = await SendAsync(http => http.PostAsJsonAsync(submission.Path, submission.Body, cancellationToken), cancellationToken);
            var retryAfter = RetryAfter.Of(response);
            return response.StatusCode switch
            {
                // Plain text or nothing in the body.
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    new SubmitOutcome.Refused("E_PROVIDER_AUTHENTICATION", "The provider does not accept our key."),
                HttpStatusCode.TooManyRequests => new SubmitOutcome.Busy("The provider limits the rate.", retryAfter),
                HttpStatusCode.ServiceUnavailable => new SubmitOutcome.Busy("The provider is not available.", retryAfter),
                _ => await ReadAsync(response, cancellationToken),
            };
        }
        catch (BrokenCircuitException)
        {
            return new SubmitOutcome.Busy("The provider has not been reachable for a while.", BreakDuration);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return new SubmitOutcome.Busy("The provider cannot be reached."); // nothing was sent, so nothing was bought
        }
    }

    public async Task<ProviderReport?> FetchAsync(Job job, string taskId, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(http => http.GetAsync($"mj/task/{Uri.EscapeDataString(taskId)}/fetch", cancellationToken), cancellationToken);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NoContent)
                return null;
            response.EnsureSuccessStatusCode();
            var task = MidjourneyTask.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return task is null ? null : MidjourneyReports.From(task, job.Operation);
        }
        catch (BrokenCircuitException e)
        {
            throw new HttpRequestException("The provider has not been reachable for a while.", e);
        }
    }

    public async Task<IReadOnlyDictionary<string, ProviderReport>> FetchAllAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        try
        {
            var ids = jobs.Select(job => job.ProviderTaskId);
            using var response = await SendAsync(
                http => http.PostAsJsonAsync("mj/task/list-by-condition", new { ids }, cancellationToken), cancellationToken);
            response.EnsureSuccessStatusCode();
            var operations = jobs.ToDictionary(job => job.ProviderTaskId!, job => job.Operation, StringComparer.Ordinal);
            return MidjourneyTask.ReadAll(await response.Content.ReadAsByteArrayAsync(cancellationToken))
                .Where(task => operations.ContainsKey(task.Id!))
                .DistinctBy(task => task.Id)
                .ToDictionary(task => task.Id!, task => MidjourneyReports.From(task, operations[task.Id!]), StringComparer.Ordinal);
        }
        catch (BrokenCircuitException e)
        {
            throw new HttpRequestException("The provider has not been reachable for a while.", e);
        }
    }

    public ProviderReport? ReadCallback(Job job, ReadOnlySpan<byte> body) =>
        MidjourneyTask.Read(body) is { } task ? MidjourneyReports.From(task, job.Operation) : null;

    private async Task<HttpResponseMessage> SendAsync(Func<HttpClient, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(name);
        return await _breaker.ExecuteAsync(async _ => await send(http), cancellationToken);
    }

    private static async Task<SubmitOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        SubmitAnswer? answer;
        try
        {
            answer = await response.Content.ReadFromJsonAsync<SubmitAnswer>(cancellationToken);
        }
        catch (JsonException e)
        {
            throw new HttpRequestException($"The provider answered {(int)response.StatusCode} with something that is not JSON.", e, response.StatusCode);
        }
        return answer?.Meaning() ?? throw new HttpRequestException("The provider answered with nothing.", null, response.StatusCode);
    }
}
