using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Rest.Documenting;

/// <summary>Requests and answers as they look, from <c>Examples.json</c>: <c>{"POST /imagine":{"request":{...},"responses":{"202":{...}}}}</c>.</summary>
internal static class Examples
{
    private static readonly JsonObject All = Read();

    public static JsonNode? Of(string operation) => All[operation];

    private static JsonObject Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream("Examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
