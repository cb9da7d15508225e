using System.Text.Json;
using MjAspire.McpGateway.Keys;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Rest;

/// <summary>
/// <c>POST /api/jobs</c> starts pictures, which cost money, and work for external workers, which does not: the body says which, and each
/// takes a scope of its own. A key that holds both is not read.
/// </summary>
internal static class JobKinds
{
    public static RequestDelegate Guard(RequestDelegate next) => async context =>
    {
        if (!(context.User.HasScope(Scopes.Generate) && context.User.HasScope(Scopes.Worker))
            && (await NeededAsync(context)).FirstOrDefault(scope => !context.User.HasScope(scope)) is { } missing)
        {
            await Problems.Of(403, "E_FORBIDDEN", $"This needs a key with the scope {missing}.").ExecuteAsync(context);
            return;
        }
        await next(context);
    };

    /// <summary>What is not plainly external counts as a picture, one of several is enough; what is no JSON object needs nothing.</summary>
    private static async Task<IReadOnlyList<string>> NeededAsync(HttpContext context)
    {
        if (await ReadAhead.MembersAsync(context) is not { } members)
            return [];
        var kinds = members.Of("kind").Select(kind => IsExternal(kind) ? Scopes.Worker : Scopes.Generate).ToList();
        return kinds.Count == 0 ? [Scopes.Worker] : kinds;
    }

    private static bool IsExternal(JsonElement kind) =>
        kind.ValueKind == JsonValueKind.String && kind.GetString()!.Equals("external", StringComparison.OrdinalIgnoreCase);
}
