using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.McpGateway.Keys.Tokens;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Rest.Documenting;
using MjAspire.ServiceDefaults;

namespace MjAspire.McpGateway.Keys;

/// <summary><c>/api/keys</c>, for administrators: who may come in, and what for.</summary>
internal static class KeyRoutes
{
    private const int LongestName = 100;
    private const int MostOnAPage = 100;

    /// <summary>Of one owner, that work.</summary>
    private const int MostKeys = 1_000;

    private static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    public static WebApplication MapKeys(this WebApplication app)
    {
        app.MapTokens();
        var keys = app.MapGroup("/api/keys").RequireScope(Scopes.Admin).LimitAs(RouteClass.Admin);
        keys.MapPost("", CreateAsync)
            .Describe("Makes a key and shows it, once", "E_KEY_NAME", "E_UNKNOWN_SCOPE", "E_KEY_EXPIRY", "E_KEY_OWNER", "E_KEY_LIMIT", "E_SERIALIZATION_ERROR");
        keys.MapGet("", ListAsync).Describe("Lists keys, newest first, without their texts", "E_LIMIT");
        keys.MapPost("/{id:guid}/rotate", RotateAsync)
            .Describe("Puts a new key in an old one's place; both work for a while", "E_KEY_NOT_FOUND", "E_KEY_OVERLAP", "E_KEY_ENDED", "E_KEY_CONFIGURED");
        keys.MapDelete("/{id:guid}", RevokeAsync).Describe("Revokes a key: it stops within five seconds", "E_KEY_NOT_FOUND");
        return app;
    }

    private static async Task<Results<Created<NewKeyView>, ProblemHttpResult>> CreateAsync(
        NewKey request, HttpContext context, ApiKeyTable table, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Problem(request, now) is { } problem)
            return problem;

        var text = ApiKey.NewText();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            OwnerId = request.OwnerId ?? (request.NewOwner ? Guid.CreateVersion7(now) : context.User.OwnerId()),
            Name = request.Name!,
            Scopes = [.. request.Scopes!.Distinct(StringComparer.Ordinal)],
            Prefix = ApiKey.PrefixOf(text),
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        return await table.AddAsync(key, text, MostKeys, cancellationToken)
            ? TypedResults.Created($"/api/keys/{key.Id}", new NewKeyView(KeyView.Of(key, now), text))
            : Problems.Of(409, "E_KEY_LIMIT", $"This owner has {MostKeys} keys already; revoke one first.");
    }

    private static async Task<Results<Ok<KeyPage>, ProblemHttpResult>> ListAsync(
        ApiKeyTable table, TimeProvider time, CancellationToken cancellationToken, Guid? owner_id = null, int limit = 50, Guid? cursor = null)
    {
        if (limit is < 1 or > MostOnAPage)
            return Problems.Of(400, "E_LIMIT", $"A page has 1 to {MostOnAPage} keys.");

        var now = time.GetUtcNow();
        var found = await table.ListAsync(owner_id, cursor, limit + 1, cancellationToken);
        var page = found.Take(limit).Select(key => KeyView.Of(key, now)).ToList();
        return TypedResults.Ok(new KeyPage(page, found.Count > limit ? page[^1].Id : null));
    }

    private static async Task<Results<Created<NewKeyView>, ProblemHttpResult>> RotateAsync(
        Guid id, KeyRotation? request, ApiKeyTable table, TimeProvider time, CancellationToken cancellationToken)
    {
        var overlap = request?.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualOverlap;
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
            return Problems.Of(400, "E_KEY_OVERLAP", $"overlap_seconds goes from 0 to {LongestOverlap.TotalSeconds}.");
        if (id == AdminKey.Id)
            return Problems.Of(409, "E_KEY_CONFIGURED", "The administrator's first key stands in the configuration: change Gateway:AdminKey.");

        var now = time.GetUtcNow();
        (ApiKey Key, string Text)? made = null;
        if (await table.RotateAsync(id, old => made = Successor(old, now), now + overlap, cancellationToken) is null)
            return NotFound();

        return made is var (key, text)
            ? TypedResults.Created($"/api/keys/{key.Id}", new NewKeyView(KeyView.Of(key, now), text))
            : Problems.Of(409, "E_KEY_ENDED", "This key has expired, was revoked or was rotated before.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid id, ApiKeyTable table, TimeProvider time, CancellationToken cancellationToken) =>
        await table.RevokeAsync(id, time.GetUtcNow(), cancellationToken) ? TypedResults.NoContent() : NotFound();

    /// <summary>The same owner, name and scopes, and as long a life.</summary>
    private static (ApiKey, string)? Successor(ApiKey old, DateTimeOffset now)
    {
        if (!old.IsValidAt(now) || old.ReplacedBy is not null)
            return null;

        var text = ApiKey.NewText();
        return (old with
        {
            Id = Guid.CreateVersion7(now),
            Prefix = ApiKey.PrefixOf(text),
            CreatedAt = now,
            ExpiresAt = old.ExpiresAt is { } end ? now + (end - old.CreatedAt) : null,
        }, text);
    }

    private static ProblemHttpResult? Problem(NewKey request, DateTimeOffset now)
    {
        if (request.Name is not { Length: > 0 and <= LongestName } || request.Name.Any(char.IsControl))
            return Problems.Of(400, "E_KEY_NAME", $"A key has a name of 1 to {LongestName} characters.");
        if (request.Scopes is not { Count: > 0 } scopes || scopes.Any(scope => !Scopes.All.Contains(scope, StringComparer.Ordinal)))
            return Problems.Of(400, "E_UNKNOWN_SCOPE", $"scopes lists one or more of: {string.Join(", ", Scopes.All)}.");
        if (request.ExpiresAt <= now)
            return Problems.Of(400, "E_KEY_EXPIRY", "expires_at has passed.");
        return request is { OwnerId: not null, NewOwner: true }
            ? Problems.Of(400, "E_KEY_OWNER", "A key has either an owner_id or a new_owner.")
            : null;
    }

    private static ProblemHttpResult NotFound() => Problems.Of(404, "E_KEY_NOT_FOUND", "There is no such key.");
}
