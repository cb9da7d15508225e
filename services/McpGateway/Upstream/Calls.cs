using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Upstream;

/// <summary>How the gateway asks another service: on an owner's behalf, and every way it can go wrong becomes a refusal the caller may read.</summary>
internal sealed partial class Calls(ILogger<Calls> logger)
{
    /// <summary>What was not asked for is left out, so that the service's own defaults hold.</summary>
    public static readonly JsonSerializerOptions Wire =
        new(Defaults.UseWireFormat(new())) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <param name="owner">On whose behalf; null when the body says it.</param>
    public static HttpRequestMessage Message(HttpMethod method, string path, Guid? owner, object? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (owner is not null)
            request.Headers.Add(InternalHeaders.Owner, owner.ToString());
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: Wire);
        return request;
    }

    /// <summary>The answer, read as JSON.</summary>
    /// <exception cref="RefusedException">Refused, unreachable, too slow or unreadable.</exception>
    public Task<T> SendAsync<T>(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(
            http, request,
            async response => await response.Content.ReadFromJsonAsync<T>(Wire, cancellationToken) ?? throw new JsonException("The answer is empty."),
            cancellationToken);

    /// <summary>The answer, read by <paramref name="read"/> from its headers on.</summary>
    /// <exception cref="RefusedException">Refused, unreachable, too slow or unreadable.</exception>
    public async Task<T> SendAsync<T>(
        HttpClient http, HttpRequestMessage request, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        var service = http.BaseAddress!.Host;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? await read(response) : throw await ReadRefusalAsync(service, response, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            Log.Unreachable(logger, service, e.Message);
            throw new RefusedException("E_NETWORK_ERROR", "A service behind the gateway cannot be reached just now. Try again in a few seconds.", e);
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            Log.Unreachable(logger, service, e.Message);
            throw RefusedException.NotInTime(e);
        }
        catch (JsonException e)
        {
            Log.Unreadable(logger, service, e);
            throw new RefusedException("E_SERIALIZATION_ERROR", "A service behind the gateway gave an answer that cannot be read.", e);
        }
    }

    /// <summary>Problem details carry the reason. A refusal of the gateway itself, or some proxy's page, is not for the caller.</summary>
    private async Task<RefusedException> ReadRefusalAsync(string service, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<Problem>(Wire, cancellationToken)
            : null;

        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || problem is not { Code: { } code, Message: { } message })
        {
            Log.Refused(logger, service, (int)response.StatusCode, problem?.Code);
            return new("E_NETWORK_ERROR", "A service behind the gateway cannot be used just now. Try again in a few seconds.");
        }

        return new(code, message) { Status = (int)response.StatusCode };
    }

    private sealed record Problem(string? Code, string? Detail, string? Title)
    {
        [JsonIgnore]
        public string? Message => Detail ?? Title;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Service} cannot be reached: {Reason}")]
        public static partial void Unreachable(ILogger logger, string service, string reason);

        [LoggerMessage(2, LogLevel.Error, "An answer of {Service} cannot be read")]
        public static partial void Unreadable(ILogger logger, string service, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "{Service} answered {Status} {Code}")]
        public static partial void Refused(ILogger logger, string service, int status, string? code);
    }
}
