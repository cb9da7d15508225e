using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace MjAspire.McpGateway.Keys;

/// <summary>What a key lets its holder do.</summary>
internal static class Scopes
{
    public const string Generate = "generate";
    public const string Read = "read";
    public const string Webhooks = "webhooks";
    public const string Worker = "worker";
    public const string Admin = "admin";

    public static readonly string[] All = [Generate, Read, Webhooks, Worker, Admin];

    /// <summary>The endpoint is for callers that hold one of these scopes; others are told which: 403 <c>E_FORBIDDEN</c>.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, params string[] anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoints
            .WithMetadata(new NeedsScope(anyOf))
            .RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim(CallerIdentity.Scope, anyOf).Build());

    public static bool HasScope(this ClaimsPrincipal caller, string scope) => caller.HasClaim(CallerIdentity.Scope, scope);
}

/// <summary>What an endpoint asks of a key, for its refusal and for the documentation.</summary>
internal sealed record NeedsScope(IReadOnlyList<string> AnyOf)
{
    public override string ToString() => string.Join(" or ", AnyOf);
}
