using System.Text.Json;

namespace MjAspire.McpGateway.Tools;

/// <summary>
/// Holds a call's arguments against the tool's own input schema before anything is bound, so that a misspelt, missing or mistyped
/// argument is named to the model instead of being ignored. Knows what our schemas use: types, choices, ranges, objects, lists.
/// </summary>
internal static class ArgumentGate
{
    /// <returns>Null when the arguments may pass.</returns>
    public static ToolError? Check(JsonElement schema, IDictionary<string, JsonElement>? arguments) =>
        CheckMembers(schema, arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal), "");

    private static ToolError? CheckMembers(JsonElement schema, IEnumerable<KeyValuePair<string, JsonElement>> members, string within)
    {
        var properties = schema.TryGetProperty("properties", out var declared) ? declared : default;
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty(name, out var property))
                return new("E_UNKNOWN_ARGUMENT", $"There is no argument '{within}{name}'. Known arguments: {Known(properties)}.");

            // Models like to write null for what they leave out: it fits everywhere, and is missed where an argument is required.
            if (value.ValueKind == JsonValueKind.Null)
                continue;
            given.Add(name);
            if (CheckValue(property, value, within + name) is { } error)
                return error;
        }

        return Required(schema).FirstOrDefault(name => !given.Contains(name)) is { } missing
            ? new("E_MISSING_ARGUMENT", $"The argument '{within}{missing}' is missing.")
            : null;
    }

    private static ToolError? CheckValue(JsonElement schema, JsonElement value, string name)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return null;
        if (!Fits(schema, value, out var type))
            return Invalid(name, $"must be of type {type}");
        if (schema.TryGetProperty("enum", out var choices) && !choices.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)))
            return Invalid(name, $"must be one of: {string.Join(", ", choices.EnumerateArray())}");
        if (value.ValueKind == JsonValueKind.Number && !IsInRange(schema, value.GetDouble(), out var range))
            return Invalid(name, $"must be {range}");

        return value.ValueKind switch
        {
            JsonValueKind.Object when schema.TryGetProperty("properties", out _) =>
                CheckMembers(schema, value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)), name + "."),
            JsonValueKind.Array => CheckItems(schema, value, name),
            _ => null,
        };
    }

    private static ToolError? CheckItems(JsonElement schema, JsonElement list, string name)
    {
        var count = list.GetArrayLength();
        if (schema.TryGetProperty("minItems", out var fewest) && count < fewest.GetInt32())
            return Invalid(name, $"must have at least {fewest} entries");
        if (schema.TryGetProperty("maxItems", out var most) && count > most.GetInt32())
            return Invalid(name, $"must have at most {most} entries");
        if (!schema.TryGetProperty("items", out var item))
            return null;

        return list.EnumerateArray()
            .Select((value, index) => CheckValue(item, value, $"{name}[{index}]"))
            .FirstOrDefault(error => error is not null);
    }

    private static bool IsInRange(JsonElement schema, double value, out string range)
    {
        double? least = schema.TryGetProperty("minimum", out var minimum) ? minimum.GetDouble() : null;
        double? most = schema.TryGetProperty("maximum", out var maximum) ? maximum.GetDouble() : null;
        range = (least, most) switch
        {
            ({ }, { }) => $"from {least} to {most}",
            ({ }, _) => $"{least} or more",
            _ => $"{most} or less",
        };
        return !(value < least) && !(value > most);
    }

    private static ToolError Invalid(string name, string what) => new("E_INVALID_ARGUMENT", $"The argument '{name}' {what}.");

    private static string Known(JsonElement properties) =>
        properties.ValueKind == JsonValueKind.Object
            ? string.Join(", ", properties.EnumerateObject().Select(property => property.Name))
            : "none";

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!) : [];

    private static bool Fits(JsonElement property, JsonElement value, out string? type)
    {
        type = property.TryGetProperty("type", out var declared) && declared.ValueKind == JsonValueKind.String ? declared.GetString() : null;
        return type switch
        {
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "array" => value.ValueKind == JsonValueKind.Array,
            "object" => value.ValueKind == JsonValueKind.Object,
            _ => true,
        };
    }
}
