using System.Text.Json;
using System.Text.Json.Serialization;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tools;

/// <summary>How every tool answers.</summary>
internal static class ToolAnswers
{
    /// <summary>JSON of the tools' structured content and of its schemas.</summary>
    public static readonly JsonSerializerOptions Json = new(McpJsonUtilities.DefaultOptions)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static CallToolResult Success<T>(T structured, IEnumerable<ContentBlock> content) =>
        new() { StructuredContent = JsonSerializer.SerializeToElement(structured, Json), Content = [.. content] };

    public static CallToolResult Success<T>(T structured, string text) => Success(structured, [new TextContentBlock { Text = text }]);

    /// <summary>An enumeration's word on the wire.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonSerializer.SerializeToElement(value, Json).GetString()!;

    /// <summary>A refusal the model can read and mend: a result with <c>isError</c>, not an error of the protocol.</summary>
    public static CallToolResult Failure(string code, string message) => new()
    {
        IsError = true,
        StructuredContent = JsonSerializer.SerializeToElement(new { Error = new ToolError(code, message) }, Json),
        Content = [new TextContentBlock { Text = $"{code}: {message}" }],
    };

    /// <summary>The code of a refusal; null for a success.</summary>
    public static string? FailureCode(this CallToolResult result) =>
        result is { IsError: true, StructuredContent: { ValueKind: JsonValueKind.Object } content }
        && content.TryGetProperty("error", out var error) && error.TryGetProperty("code", out var code) ? code.GetString() : null;
}
