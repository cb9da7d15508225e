using System.Globalization;
using System.Text.Json;
using MjAspire.McpGateway.Limiting;

namespace MjAspire.McpGateway.Rest;

/// <summary>A request that makes several pictures takes as many tokens; its body says how many: <c>{"prompts":[...]}</c> or <c>{"count":4}</c>.</summary>
internal static class WantedPictures
{
    public static TBuilder LimitByPictures<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new LimitedAs(RouteClass.Generate) { Tokens = CountAsync });

    private static async ValueTask<int> CountAsync(HttpContext context)
    {
        var members = await ReadAhead.MembersAsync(context) ?? [];
        return members.Of("prompts").Where(prompts => prompts.ValueKind == JsonValueKind.Array).Select(prompts => prompts.GetArrayLength())
            .Concat(members.Of("count").Select(Number))
            .Append(1).Max();
    }

    /// <summary>Numbers in quotes are numbers too; what is too large to be one is refused where it is read.</summary>
    private static int Number(JsonElement count) => count.ValueKind switch
    {
        JsonValueKind.Number when count.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(count.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };
}
