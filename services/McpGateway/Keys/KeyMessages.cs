using System.ComponentModel;

namespace MjAspire.McpGateway.Keys;

/// <summary>The body of <c>POST /api/keys</c>.</summary>
internal sealed record NewKey
{
    [Description("For people: who or what holds it. 1 to 100 characters.")]
    public string? Name { get; init; }

    [Description("What it is good for: generate, read, webhooks, worker, admin.")]
    public IReadOnlyList<string>? Scopes { get; init; }

    [Description("When it stops working; never, when left out.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("Whose pictures, jobs and webhooks it opens; the caller's own, when left out.")]
    public Guid? OwnerId { get; init; }

    [Description("True for a tenant of its own, which sees nothing of anyone else's.")]
    public bool NewOwner { get; init; }
}

/// <summary>The body of <c>POST /api/keys/{id}/rotate</c>; it may be left out.</summary>
/// <param name="OverlapSeconds">How long the old key still works; a day, when left out, 30 days at most.</param>
internal sealed record KeyRotation(int? OverlapSeconds);

/// <summary>A key, without its text.</summary>
internal record KeyView(
    Guid Id, Guid OwnerId, string Name, string Prefix, IReadOnlyList<string> Scopes, string Status,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, Guid? ReplacedBy)
{
    public static KeyView Of(ApiKey key, DateTimeOffset now) => new(
        key.Id, key.OwnerId, key.Name, key.Prefix, key.Scopes,
        key.RevokedAt is not null ? "revoked" : key.IsValidAt(now) ? "active" : "expired",
        key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.ReplacedBy);
}

/// <summary>The one time a key's text is shown.</summary>
internal sealed record NewKeyView : KeyView
{
    public NewKeyView(KeyView made, string text) : base(made) => Key = text;

    [Description("The key itself; it is kept nowhere here.")]
    public string Key { get; }
}

internal sealed record KeyPage(IReadOnlyList<KeyView> Keys, Guid? NextCursor);
