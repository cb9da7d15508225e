using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Tests;

/// <summary>Calls the API and holds every answer against what the document says of it: status, media type, schema, code.</summary>
internal sealed class DocumentedCalls(HttpClient http, JsonObject document)
{
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    /// <summary>Operations that were called and did what they are for.</summary>
    public IReadOnlySet<string> Answered => _answered;

    /// <summary>Where answers and document differ; all of them are told at once.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <param name="path">As it stands in the document.</param>
    /// <param name="address">As it is called.</param>
    /// <returns>The answer's JSON; null when it has none.</returns>
    public Task<JsonNode?> AnswerAsync(string method, string path, string address, string? body = null) =>
        AnswerAsync(method, path, address, body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));

    private async Task<JsonNode?> AnswerAsync(string method, string path, string address, HttpContent? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = body };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var status = $"{(int)response.StatusCode}";
        var said = document["paths"]![path]![method.ToLowerInvariant()]!["responses"]![status];
        if (response.IsSuccessStatusCode)
            _answered.Add($"{method} {path}");

        var type = response.Content.Headers.ContentType?.MediaType;
        var text = type?.EndsWith("json", StringComparison.Ordinal) == true ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : null;
        var answer = string.IsNullOrEmpty(text) ? null : JsonNode.Parse(text);
        if (Problem() is { Length: > 0 } problem)
            _problems.Add($"{method} {address} {status}: {problem} {text}");
        return answer;

        string Problem()
        {
            if (said is null)
                return "the status is not in the document";
            if (type is null || response.Content.Headers.ContentLength == 0)
                return "";
            if (said["content"]?[type] is not { } media)
                return $"{type} is not in the document";
            if (answer is not null && (string?)answer["code"] is { } code && !((string)said["description"]!).Contains($"`{code}`", StringComparison.Ordinal))
                return $"{code} is not in the document";
            return answer is null ? "" : Schema.Problem(answer, media["schema"]!, document, "the answer");
        }
    }
}
