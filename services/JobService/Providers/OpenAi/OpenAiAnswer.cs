using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MjAspire.JobService.Providers.OpenAi;

/// <summary>
/// <code>
/// {"created":1700000000,"data":[{"b64_json":"..."}|{"url":"https://..."}],"usage":{...}}
/// {"error":{"code":"insufficient_quota","type":"...","message":"..."}}
/// </code>
/// gpt-image models answer <c>b64_json</c>, other servers an expiring <c>url</c>. Source: platform.openai.com/docs/api-reference/images.
/// </summary>
internal sealed record OpenAiAnswer(long Created, IReadOnlyList<OpenAiPicture>? Data, OpenAiError? Error)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static SubmitOutcome Read(byte[] body, HttpStatusCode status, TimeSpan? retryAfter)
    {
        OpenAiAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize<OpenAiAnswer>(body, Json);
            if (answer?.Data is [{ Bytes: { Length: > 0 } }, ..])
                return new SubmitOutcome.Pictures([.. answer.Data.Select(picture => picture.Bytes).OfType<string>().Select(Convert.FromBase64String)]);
            if (answer?.Data is [{ Url: { Length: > 0 } }, ..])
                return new SubmitOutcome.Links($"openai-{answer.Created}", [.. answer.Data.Select(picture => picture.Url).OfType<string>()]);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            answer = null;
        }
        return Failure(answer?.Error, status, retryAfter);
    }

    private static SubmitOutcome Failure(OpenAiError? error, HttpStatusCode status, TimeSpan? retryAfter)
    {
        var words = error?.Message ?? $"HTTP {(int)status}";
        return (error?.Code, status) switch
        {
            ("insufficient_quota" or "billing_hard_limit_reached", _) =>
                new SubmitOutcome.Refused("E_PROVIDER_QUOTA", $"The provider's quota is used up: {words}"),
            ("moderation_blocked" or "content_policy_violation", _) => new SubmitOutcome.Refused("E_MODERATED", words),
            (_, HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError) =>
                new SubmitOutcome.Busy($"The provider is busy: {words}", retryAfter),
            (_, HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) =>
                new SubmitOutcome.Refused("E_PROVIDER_AUTHENTICATION", $"The provider does not accept our key: {words}"),
            _ => new SubmitOutcome.Refused("E_PROVIDER_REFUSED", $"The provider refused the job: {words}"),
        };
    }
}

/// <summary>A picture, or where it is.</summary>
internal sealed record OpenAiPicture([property: JsonPropertyName("b64_json")] string? Bytes, string? Url);

/// <summary>Why not.</summary>
internal sealed record OpenAiError(string? Code, string? Message);
