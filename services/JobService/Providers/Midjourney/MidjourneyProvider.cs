using System.Net;
using System.Text.Json;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>Speaks the midjourney-proxy HTTP interface. It never retries: the job does, by its own clock.</summary>
internal sealed class MidjourneyProvider(HttpClient http) : IImageProvider
{
    public const string ProviderName = "midjourney";

    /// <summary>No answer of the relay is longer.</summary>
    public const int LongestAnswer = 1 << 20;

    public string Name => ProviderName;

    public async Task<SubmitOutcome> SubmitAsync(Job job, Uri callback, CancellationToken cancellationToken)
    {
        var body = new { prompt = ImageRequest.Parse(job.InputData).MidjourneyPrompt(), state = job.Id.ToString(), notifyHook = callback.AbsoluteUri };
        HttpResponseMessage response;
        try
        {
            response = await http.PostAsJsonAsync("mj/submit/imagine", body, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return new SubmitOutcome.Busy("The provider cannot be reached.", null); // nothing was sent, so nothing was bought
        }

        using (response)
        {
            var retryAfter = response.Headers.RetryAfter?.Delta;
            return response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    new SubmitOutcome.Refused("E_PROVIDER_AUTHENTICATION", "The provider does not accept our key."),
                HttpStatusCode.TooManyRequests => new SubmitOutcome.Busy("The provider limits the rate.", retryAfter),
                HttpStatusCode.ServiceUnavailable => new SubmitOutcome.Busy("The provider is not available.", retryAfter),
                _ => await ReadAsync(response, cancellationToken),
            };
        }
    }

    public async Task<ProviderReport?> FetchAsync(string taskId, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"mj/task/{Uri.EscapeDataString(taskId)}/fetch", cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NoContent)
            return null;
        response.EnsureSuccessStatusCode();
        var task = MidjourneyTask.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return task is null ? null : MidjourneyReports.From(task);
    }

    public ProviderReport? ReadCallback(ReadOnlySpan<byte> body) =>
        MidjourneyTask.Read(body) is { } task ? MidjourneyReports.From(task) : null;

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
