using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;

namespace MjAspire.Sandbox.Wire;

/// <summary>The proxies speak camelCase, unlike the rest of us.</summary>
internal static class WireFormat
{
    public static void AddWireFormat(this WebApplicationBuilder builder) =>
        builder.Services.Configure<JsonOptions>(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase);
}

/// <summary>Speed is chosen by the address: <c>/mj-fast/mj/submit/imagine</c>.</summary>
internal sealed record Speed(string Prefix, string Mode)
{
    public static IReadOnlyList<Speed> All { get; } =
        [new("/mj", "FAST"), new("/mj-fast/mj", "FAST"), new("/mj-turbo/mj", "TURBO"), new("/mj-relax/mj", "RELAX")];

    public static Speed Of(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<Speed>();
}
