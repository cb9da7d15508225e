using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace MjAspire.Sandbox.Wire;

/// <summary>Relays of the change dialect know nothing of it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ActionDialectAttribute : Attribute;

/// <summary>The proxies speak camelCase, unlike the rest of us.</summary>
internal static class WireFormat
{
    public static void AddWireFormat(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<JsonOptions>().Configure<IOptions<SandboxOptions>>((json, options) =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            if (options.Value.Dialect == Dialect.Change)
                json.SerializerOptions.TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(LeaveOutActionDialect);
        });

    private static void LeaveOutActionDialect(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.AttributeProvider?.IsDefined(typeof(ActionDialectAttribute), inherit: false) == true))
            property.ShouldSerialize = static (_, _) => false;
    }
}

/// <summary>Speed is chosen by the address: <c>/mj-fast/mj/submit/imagine</c>.</summary>
internal sealed record Speed(string Prefix, string Mode)
{
    public static IReadOnlyList<Speed> All { get; } =
        [new("/mj", "FAST"), new("/mj-fast/mj", "FAST"), new("/mj-turbo/mj", "TURBO"), new("/mj-relax/mj", "RELAX")];

    public static Speed Of(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<Speed>();
}
