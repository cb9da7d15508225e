using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>A webhook endpoint as its owner describes it.</summary>
/// <param name="Events">Types, families (<c>job.*</c>) or <c>*</c>.</param>
/// <param name="Secret"><c>whsec_...</c>; made here when left out.</param>
/// <param name="Headers">Sent with every delivery; for a receiver that wants a token of its own.</param>
internal sealed record NewEndpoint(string? Url, string?[]? Events, string? Secret, string? Description, Dictionary<string, string?>? Headers);

/// <summary>A webhook endpoint as its owner sees it. Header values are kept back: they tend to be secrets.</summary>
internal record EndpointView(
    Guid Id,
    string Url,
    string[] Events,
    string Description,
    string[] HeaderNames,
    bool Enabled,
    string? DisabledReason,
    DateTimeOffset CreatedAt)
{
    public static EndpointView Of(WebhookEndpoint endpoint) => new(
        endpoint.Id,
        endpoint.Url,
        endpoint.Events,
        endpoint.Description,
        [.. JsonSerializer.Deserialize<Dictionary<string, string>>(endpoint.Headers)!.Keys],
        endpoint.IsEnabled,
        endpoint.DisabledReason,
        endpoint.CreatedAt);
}

/// <summary>The answer to the creation: the one time the secret is shown.</summary>
internal sealed record CreatedEndpoint(EndpointView Endpoint, string Secret) : EndpointView(Endpoint);

internal sealed record EndpointList(IReadOnlyList<EndpointView> Endpoints);

/// <summary><c>/api/endpoints</c>: webhook endpoints with all their settings.</summary>
internal static class EndpointRoutes
{
    public static void MapEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/endpoints", Add);
        routes.MapGet("/endpoints", List);
        routes.MapDelete("/endpoints/{id:guid}", Remove);
    }

    private static async Task<Results<Created<CreatedEndpoint>, ProblemHttpResult>> Add(
        NewEndpoint request,
        Caller caller,
        EndpointRules rules,
        EndpointTable endpoints,
        IOptions<DeliveryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (rules.Check(request) is { } rejection)
            return Problems.Of(400, rejection.Code, rejection.Detail);

        var secret = WebhookSecret.TryParse(request.Secret ?? "", out var given) ? given : WebhookSecret.Generate();
        var endpoint = new WebhookEndpoint
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            Url = request.Url!,
            Events = [.. request.Events!.Distinct(StringComparer.Ordinal)!],
            Description = request.Description ?? "",
            Secret = secret.ToString(),
            Headers = JsonSerializer.Serialize(request.Headers ?? []),
            CreatedAt = time.GetUtcNow(),
        };
        return await endpoints.AddAsync(endpoint, options.Value.EndpointsPerOwner, cancellationToken)
            ? TypedResults.Created($"/api/endpoints/{endpoint.Id}", new CreatedEndpoint(EndpointView.Of(endpoint), endpoint.Secret))
            : LimitReached(options.Value);
    }

    private static async Task<Ok<EndpointList>> List(Caller caller, EndpointTable endpoints, CancellationToken cancellationToken)
    {
        var rows = await endpoints.ListAsync(caller.OwnerId, cancellationToken);
        return TypedResults.Ok(new EndpointList([.. rows.Select(EndpointView.Of)]));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id, Caller caller, EndpointTable endpoints, CancellationToken cancellationToken) =>
        await endpoints.RemoveAsync(caller.OwnerId, id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.Of(404, "E_ENDPOINT_NOT_FOUND", "There is no such webhook endpoint.");

    internal static ProblemHttpResult LimitReached(DeliveryOptions options) =>
        Problems.Of(409, "E_ENDPOINT_LIMIT", $"There are {options.EndpointsPerOwner} webhook endpoints already; remove one first.");
}
