using System.Text.Json;

namespace MjAspire.McpGateway.Tools;

/// <summary>
/// Holds a call's arguments against the tool's own input schema before anything is bound, so that a misspelt, missing or mistyped
/// argument is named to the model instead of being ignored. The schemas are flat: properties with a type each.
/// </summary>
internal static class ArgumentGate
{
    /// <returns>Null when the arguments may pass.</returns>
    public static ToolError? Check(JsonElement schema, IDictionary<string, JsonElement>? arguments)
    {
        var properties = schema.TryGetProperty("properties", out var declared) ? declared : default;
        foreach (var (name, value) in arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty(name, out var property))
                return new("E_UNKNOWN_ARGUMENT", $"There is no argument '{name}'. Known arguments: {Known(properties)}.");

            if (!Fits(property, value, out var type))
                return new("E_INVALID_ARGUMENT", $"The argument '{name}' must be of type {type}.");
        }

        foreach (var name in Required(schema))
        {
            if (arguments is null || !arguments.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
                return new("E_MISSING_ARGUMENT", $"The argument '{name}' is missing.");
        }

        return null;
    }

    private static string Known(JsonElement properties) =>
        properties.ValueKind == JsonValueKind.Object
            ? string.Join(", ", properties.EnumerateObject().Select(property => property.Name))
            : "none";

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!) : [];

    /// <summary>Models like to write null for what they leave out: it fits everywhere, and is missed where an argument is required.</summary>
    private static bool Fits(JsonElement property, JsonElement value, out string? type)
    {
        type = property.TryGetProperty("type", out var declared) ? declared.GetString() : null;
        return value.ValueKind == JsonValueKind.Null || type switch
        {
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "array" => value.ValueKind == JsonValueKind.Array,
            "object" => value.ValueKind == JsonValueKind.Object,
            _ => true,
        };
    }
}
