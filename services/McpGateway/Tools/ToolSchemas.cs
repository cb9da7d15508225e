using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tools;

/// <summary>Adds to the schemas made from C# what C# cannot say, and takes away what only C# says.</summary>
internal static class ToolSchemas
{
    private static readonly JsonElement ErrorSchema =
        AIJsonUtilities.CreateJsonSchema(typeof(ToolError), serializerOptions: ToolAnswers.Json);

    /// <summary>May be told of the same tool again: several sets of options share the tools.</summary>
    public static void Complete(Tool tool)
    {
        if (tool.InputSchema.TryGetProperty("additionalProperties", out _))
            return;

        tool.InputSchema = Change(tool.InputSchema, schema =>
        {
            DropNull(schema);
            schema["additionalProperties"] = false; // ArgumentGate enforces it; clients see it beforehand
        });

        if (tool.OutputSchema is { } output)
        {
            tool.OutputSchema = Change(output, schema =>
            {
                DropNull(schema);
                AllowError(schema);
            });
        }
    }

    /// <summary>What is absent is never null on the wire, and some clients know no unions: <c>["string","null"]</c> becomes string.</summary>
    private static void DropNull(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                DropNull(item);
        }

        if (node is not JsonObject schema)
            return;

        if (schema["type"] is JsonArray types && types.Select(type => (string?)type).Where(type => type != "null").ToArray() is [{ } only])
            schema["type"] = only;
        if (schema.TryGetPropertyValue("default", out var value) && value is null)
            schema.Remove("default");

        foreach (var (_, child) in schema)
            DropNull(child);
    }

    /// <summary>Clients validate the structured content of errors as well: a tool answers with its result or with an error.</summary>
    private static void AllowError(JsonObject schema)
    {
        var properties = schema["properties"]!.AsObject();
        properties.TryAdd("error", JsonObject.Create(ErrorSchema));

        var required = schema["required"];
        schema.Remove("required");
        schema["anyOf"] = new JsonArray(
            new JsonObject { ["required"] = required },
            new JsonObject { ["required"] = new JsonArray("error") });
    }

    private static JsonElement Change(JsonElement schema, Action<JsonObject> change)
    {
        var node = JsonObject.Create(schema)!;
        change(node);
        return JsonSerializer.SerializeToElement(node, ToolAnswers.Json);
    }
}
