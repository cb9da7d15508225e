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
        if (!(context.User.HasScope(Scopes.Generate) && context.User.HasScope(Scopes.Worker)))
        {
            context.Request.EnableBuffering();
            var missing = (await NeededAsync(context)).FirstOrDefault(scope => !context.User.HasScope(scope));
            context.Request.Body.Position = 0;
            if (missing is not null)
            {
                await Problems.Of(403, "E_FORBIDDEN", $"This needs a key with the scope {missing}.").ExecuteAsync(context);
                return;
            }
        }
        await next(context);
    };

    /// <summary>What is no JSON object needs nothing: the job service refuses it.</summary>
    private static async Task<IReadOnlyList<string>> NeededAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (body.RootElement.ValueKind != JsonValueKind.Object)
                return [];

            // The service behind reads any case, and one of several: each counts, and what is not plainly external counts as a picture.
            var kinds = body.RootElement.EnumerateObject()
                .Where(property => property.Name.Equals("kind", StringComparison.OrdinalIgnoreCase))
                .Select(property => IsExternal(property.Value) ? Scopes.Worker : Scopes.Generate)
                .ToList();
            return kinds.Count == 0 ? [Scopes.Worker] : kinds;
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static bool IsExternal(JsonElement kind) =>
        kind.ValueKind == JsonValueKind.String && kind.GetString()!.Equals("external", StringComparison.OrdinalIgnoreCase);
}
