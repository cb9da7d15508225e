using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using MjAspire.Contracts.Jobs;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Jobs;

/// <summary>JobService's HTTP interface, on behalf of an owner.</summary>
internal sealed partial class JobsClient(HttpClient http, ILogger<JobsClient> logger)
{
    /// <summary>What was not asked for is left out, so that JobService's defaults hold.</summary>
    private static readonly JsonSerializerOptions Wire =
        new(Defaults.UseWireFormat(new())) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>
    /// Makes an image job. A lost answer is asked for once more under the same idempotency key, so that it cannot become two pictures.
    /// There is no cancellation: a call that ends early must not leave it open whether the job exists.
    /// </summary>
    /// <exception cref="JobRefusedException">Refused, unreachable or too slow.</exception>
    public async Task<CreatedJob> CreateAsync(Guid owner, ImageRequest image)
    {
        var key = Guid.CreateVersion7().ToString();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = Message(HttpMethod.Post, "/api/jobs", owner);
                request.Headers.Add("Idempotency-Key", key);
                request.Content = JsonContent.Create(new CreateJob(JobKind.Image, "imagine", image), options: Wire);
                return await SendAsync<CreatedJob>(request, CancellationToken.None);
            }
            catch (JobRefusedException e) when (attempt == 1 && e.InnerException is HttpRequestException)
            {
                Log.AskingAgain(logger, e.InnerException.Message);
            }
        }
    }

    /// <exception cref="JobRefusedException"><c>E_JOB_NOT_FOUND</c>: unknown, or another owner's. Or unreachable, or too slow.</exception>
    public async Task<Job> GetAsync(Guid owner, Guid jobId, CancellationToken cancellationToken)
    {
        using var request = Message(HttpMethod.Get, $"/api/jobs/{jobId}", owner);
        return (await SendAsync<JobEnvelope>(request, cancellationToken)).Job;
    }

    private static HttpRequestMessage Message(HttpMethod method, string path, Guid owner)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add(InternalHeaders.Owner, owner.ToString());
        return request;
    }

    private async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadFromJsonAsync<T>(Wire, cancellationToken)
                    ?? throw new JsonException("The answer is empty.");

            throw await ReadRefusalAsync(response, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            Log.Unreachable(logger, e.Message);
            throw new JobRefusedException("E_NETWORK_ERROR", "The job service cannot be reached just now. Try again in a few seconds.", e);
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            Log.Unreachable(logger, e.Message);
            throw new JobRefusedException("E_TIMEOUT", "The job service did not answer in time. Try again in a few seconds.", e);
        }
        catch (JsonException e)
        {
            Log.Unreadable(logger, e);
            throw new JobRefusedException("E_SERIALIZATION_ERROR", "The job service gave an answer that cannot be read.", e);
        }
    }

    /// <summary>Problem details carry the reason. A refusal of the gateway itself, or some proxy's page, is not for the caller.</summary>
    private async Task<JobRefusedException> ReadRefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<Problem>(Wire, cancellationToken)
            : null;

        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || problem is not { Code: { } code, Message: { } message })
        {
            Log.Refused(logger, (int)response.StatusCode, problem?.Code);
            return new("E_NETWORK_ERROR", "The job service cannot be used just now. Try again in a few seconds.");
        }

        return new(code, message);
    }

    private sealed record Problem(string? Code, string? Detail, string? Title)
    {
        [JsonIgnore]
        public string? Message => Detail ?? Title;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The job service cannot be reached: {Reason}")]
        public static partial void Unreachable(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Creating a job once more under the same idempotency key: {Reason}")]
        public static partial void AskingAgain(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Error, "The job service's answer cannot be read")]
        public static partial void Unreadable(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Error, "The job service answered {Status} {Code}")]
        public static partial void Refused(ILogger logger, int status, string? code);
    }
}
