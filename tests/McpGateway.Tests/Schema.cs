using System.Text.Json;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Tests;

/// <summary>As much of JSON Schema as the API document uses: types, properties, required, items, enum, references, alternatives.</summary>
internal static class Schema
{
    /// <returns>Where the value is not what the schema says; empty when it is.</returns>
    public static string Problem(JsonNode? value, JsonNode schema, JsonObject document, string at)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Problem(value, reference[2..].Split('/').Aggregate((JsonNode)document, (node, name) => node[name] ?? throw new InvalidOperationException($"{reference} leads nowhere.")), document, at);
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray alternatives)
            return alternatives.Any(alternative => Problem(value, alternative!, document, at).Length == 0) ? "" : $"{at} is none of the alternatives: {value?.ToJsonString() ?? "null"}";
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            return $"{at} is {value?.ToJsonString() ?? "null"}, none of {words.ToJsonString()}";
        if (schema["type"] is { } type && !Types(type).Contains(TypeOf(value), StringComparer.Ordinal) && !(TypeOf(value) == "integer" && Types(type).Contains("number", StringComparer.Ordinal)))
            return $"{at} is {TypeOf(value)}, not {type.ToJsonString()}";

        return value switch
        {
            JsonObject members => OfObject(members, schema, document, at),
            JsonArray items when schema["items"] is { } item => items.Select((one, i) => Problem(one, item, document, $"{at}[{i}]")).FirstOrDefault(problem => problem.Length > 0) ?? "",
            _ => "",
        };
    }

    private static string OfObject(JsonObject members, JsonNode schema, JsonObject document, string at)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
            if (!members.ContainsKey((string)required!))
                return $"{at} lacks {required}";

        var known = schema["properties"]?.AsObject();
        foreach (var (name, value) in members)
        {
            var problem = known?[name] is { } said ? Problem(value, said, document, $"{at}.{name}")
                : schema["additionalProperties"] is JsonObject additional ? Problem(value, additional, document, $"{at}.{name}")
                : known is not null ? $"{at}.{name} is not in the document" : "";
            if (problem.Length > 0)
                return problem;
        }
        return "";
    }

    private static string[] Types(JsonNode type) => type is JsonArray several ? [.. several.Select(one => (string)one!)] : [(string)type!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        _ => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
    };
}
