using System.Text.Json;

namespace MjAspire.McpGateway.Rest;

/// <summary>
/// What a request's body says, read before whoever answers the request reads it again. Read as the services do, whatever its
/// charset: two readings of one body are a way past the first.
/// </summary>
internal static class ReadAhead
{
    /// <returns>The members of the body's object; null when it is anything else, which the service refuses.</returns>
    public static async Task<IReadOnlyList<JsonProperty>?> MembersAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            return null;

        context.Request.EnableBuffering();
        try
        {
            var body = await context.Request.ReadFromJsonAsync<JsonElement>(context.RequestAborted);
            return body.ValueKind == JsonValueKind.Object ? [.. body.EnumerateObject()] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; a charset nobody knows
        {
            return null;
        }
        finally
        {
            context.Request.Body.Position = 0;
        }
    }

    /// <summary>Every value under a name: case makes no difference to the services, and of several they take the last.</summary>
    public static IEnumerable<JsonElement> Of(this IEnumerable<JsonProperty> members, string name) =>
        members.Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(member => member.Value);
}
