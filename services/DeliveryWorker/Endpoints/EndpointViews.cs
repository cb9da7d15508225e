using System.Text.Json.Serialization;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>A webhook endpoint as its owner describes it.</summary>
/// <param name="Events">Types, families (<c>job.*</c>) or <c>*</c>.</param>
/// <param name="Secret"><c>whsec_...</c>; made here when left out.</param>
/// <param name="Headers">Sent with every delivery; for a receiver that wants a token of its own.</param>
/// <param name="RateLimit">Attempts a second at most; no limit when left out.</param>
internal sealed record NewEndpoint(
    string? Url,
    string?[]? Events,
    string? Secret = null,
    string? Description = null,
    Dictionary<string, string?>? Headers = null,
    int? RateLimit = null,
    bool? Enabled = null);

/// <summary>A webhook endpoint as its owner sees it. Header values are kept back: they tend to be secrets.</summary>
internal record EndpointView(
    Guid Id,
    string Url,
    string[] Events,
    string Description,
    string[] HeaderNames,
    int? RateLimit,
    bool Enabled,
    string? DisabledReason,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PreviousSecretUntil,
    DateTimeOffset CreatedAt)
{
    public static EndpointView Of(WebhookEndpoint endpoint, Seal seal) => new(
        endpoint.Id,
        endpoint.Url,
        endpoint.Events,
        endpoint.Description,
        [.. seal.OpenHeaders(endpoint.Headers).Keys],
        endpoint.RateLimit,
        endpoint.IsEnabled,
        endpoint.DisabledReason,
        endpoint.FailingSince,
        endpoint.PreviousSecretUntil,
        endpoint.CreatedAt);
}

/// <summary>The answer to the creation: with <see cref="RotatedSecret"/> the only time a secret is shown.</summary>
internal sealed record CreatedEndpoint([property: JsonIgnore] EndpointView Endpoint, string Secret) : EndpointView(Endpoint);

internal sealed record EndpointList(IReadOnlyList<EndpointView> Endpoints);

/// <param name="Secret">The secret to come; one is made when it is left out.</param>
internal sealed record NewSecret(string? Secret);

/// <param name="PreviousSecretUntil">Until then deliveries carry two signatures.</param>
internal sealed record RotatedSecret(Guid Id, string Secret, DateTimeOffset PreviousSecretUntil);
