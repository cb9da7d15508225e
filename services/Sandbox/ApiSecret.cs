using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MjAspire.Sandbox;

/// <summary>The header <c>mj-api-secret</c>. The refusal is plain text, as the real proxies give it.</summary>
internal static class ApiSecret
{
    public const string Header = "mj-api-secret";

    public static RouteGroupBuilder RequireApiSecret(this RouteGroupBuilder group) =>
        group.AddEndpointFilter(async (invocation, next) => IsKnown(invocation.HttpContext)
            ? await next(invocation)
            : TypedResults.Text("Unauthorized", statusCode: StatusCodes.Status401Unauthorized));

    private static bool IsKnown(HttpContext context)
    {
        var secret = context.RequestServices.GetRequiredService<IOptions<SandboxOptions>>().Value.ApiSecret;
        return secret.Length == 0 || CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
            SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.Headers[Header].ToString())));
    }
}
