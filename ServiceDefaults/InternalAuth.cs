using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MjAspire.ServiceDefaults;

/// <summary>The headers with which one service of ours calls another.</summary>
public static class InternalHeaders
{
    /// <summary>The secret the services share; proves that a caller is one of us.</summary>
    public const string Key = "X-Internal-Key";

    /// <summary>On whose behalf: the owner's id, found out by the gateway.</summary>
    public const string Owner = "X-Owner-Id";
}

/// <summary>Section <c>Internal</c>.</summary>
public sealed class InternalOptions
{
    /// <summary>The secret the services share. Without one a service does not start.</summary>
    public string Key { get; set; } = "";
}

/// <summary>Internal endpoints refuse strangers, whatever network they are reachable from.</summary>
public static class InternalAuth
{
    /// <summary>Marks an endpoint as ours alone.</summary>
    private sealed class InternalOnly;

    internal static void AddInternalKey(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<InternalOptions>()
            .Bind(builder.Configuration.GetSection("Internal"))
            .Validate(options => options.Key.Length >= 16, "Internal:Key must be set, to the same 16 characters or more for every service.")
            .ValidateOnStart();

    /// <summary>Refuses calls without the shared key: 401 <c>E_AUTHENTICATION_FAILED</c>, before anything of the request is read.</summary>
    public static TBuilder RequireInternalKey<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new InternalOnly());

    internal static void UseInternalKey(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<InternalOnly>() is null || HasKey(context))
            await next(context);
        else
            await Problems.Of(401, "E_AUTHENTICATION_FAILED", "This address is for the system's own services.").ExecuteAsync(context);
    });

    private static bool HasKey(HttpContext context)
    {
        var expected = context.RequestServices.GetRequiredService<IOptions<InternalOptions>>().Value.Key;
        var given = context.Request.Headers[InternalHeaders.Key].ToString();

        // Hashes have one length, so the comparison takes one time.
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
    }
}

/// <summary>On whose behalf an internal call is made. As an endpoint's parameter it is read from <see cref="InternalHeaders.Owner"/>.</summary>
public readonly record struct Caller(Guid OwnerId)
{
    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        Guid.TryParse(context.Request.Headers[InternalHeaders.Owner], out var owner)
            ? ValueTask.FromResult(new Caller(owner))
            : throw new BadHttpRequestException($"The header {InternalHeaders.Owner} must name the owner.");
}
