using System.Net;
using System.Text.Json;

namespace MjAspire.JobService.Providers.WorkersAi;

/// <summary>
/// <code>
/// {"result":{"image":"&lt;base64&gt;"},"success":true,"errors":[],"messages":[]}
/// {"success":false,"errors":[{"code":3040,"message":"..."}]}
/// 3040 no capacity · 3007 3008 timed out: later · 3036 the account's quota is used up · the others: never
/// </code>
/// Source: developers.cloudflare.com/workers-ai/platform/errors.
/// </summary>
internal sealed record WorkersAiAnswer(WorkersAiResult? Result, IReadOnlyList<WorkersAiError>? Errors)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static SubmitOutcome Read(byte[] body, HttpStatusCode status, TimeSpan? retryAfter)
    {
        WorkersAiAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize<WorkersAiAnswer>(body, Json);
            if (answer?.Result?.Image is { Length: > 0 } image)
                return new SubmitOutcome.Pictures([Convert.FromBase64String(image)]);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            answer = null;
        }

        var error = answer?.Errors is [var first, ..] ? first : null;
        var words = error?.Message ?? $"HTTP {(int)status}";
        return (error?.Code, status) switch
        {
            (3036, _) => new SubmitOutcome.Refused("E_PROVIDER_QUOTA", $"The provider's quota is used up: {words}"),
            (3040 or 3007 or 3008, _) or (_, HttpStatusCode.TooManyRequests) or (_, >= HttpStatusCode.InternalServerError) =>
                new SubmitOutcome.Busy($"The provider is busy: {words}", retryAfter),
            (_, HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) =>
                new SubmitOutcome.Refused("E_PROVIDER_AUTHENTICATION", $"The provider does not accept our key: {words}"),
            _ => new SubmitOutcome.Refused("E_PROVIDER_REFUSED", $"The provider refused the job: {words}"),
        };
    }
}

/// <summary>A picture inside JSON.</summary>
internal sealed record WorkersAiResult(string? Image);

/// <summary>Why not.</summary>
internal sealed record WorkersAiError(int Code, string? Message);
