using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary><c>/api/endpoints</c>: webhook endpoints with all their settings.</summary>
internal static class EndpointRoutes
{
    public static void MapEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/endpoints", Add);
        routes.MapGet("/endpoints", List);
        routes.MapGet("/endpoints/{id:guid}", Get);
        routes.MapPatch("/endpoints/{id:guid}", ChangeEndpoint.Change);
        routes.MapDelete("/endpoints/{id:guid}", Remove);
        routes.MapPost("/endpoints/{id:guid}/secret/rotate", RotateSecret.Rotate);
        routes.MapPost("/endpoints/{id:guid}/test", TestEndpoint.Test);
    }

    private static async Task<Results<Created<CreatedEndpoint>, ProblemHttpResult>> Add(
        NewEndpoint request,
        Caller caller,
        EndpointRules rules,
        EndpointTable endpoints,
        Seal seal,
        IOptions<DeliveryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (rules.Check(request) is { } rejection)
            return Problems.Of(400, rejection.Code, rejection.Detail);

        var secret = (WebhookSecret.TryParse(request.Secret ?? "", out var given) ? given : WebhookSecret.Generate()).ToString();
        var endpoint = new WebhookEndpoint
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            Url = request.Url!,
            Events = [.. request.Events!.Distinct(StringComparer.Ordinal)!],
            Description = request.Description ?? "",
            Secret = seal.Close(secret),
            Headers = seal.CloseHeaders(request.Headers),
            RateLimit = request.RateLimit,
            IsEnabled = request.Enabled ?? true,
            DisabledReason = request.Enabled == false ? "owner" : null,
            CreatedAt = time.GetUtcNow(),
        };
        return await endpoints.AddAsync(endpoint, options.Value.EndpointsPerOwner, cancellationToken)
            ? TypedResults.Created($"/api/endpoints/{endpoint.Id}", new CreatedEndpoint(EndpointView.Of(endpoint, seal), secret))
            : LimitReached(options.Value);
    }

    private static async Task<Ok<EndpointList>> List(Caller caller, EndpointTable endpoints, Seal seal, CancellationToken cancellationToken)
    {
        var rows = await endpoints.ListAsync(caller.OwnerId, cancellationToken);
        return TypedResults.Ok(new EndpointList(rows.ConvertAll(row => EndpointView.Of(row, seal))));
    }

    private static async Task<Results<Ok<EndpointView>, ProblemHttpResult>> Get(
        Guid id, Caller caller, EndpointTable endpoints, Seal seal, CancellationToken cancellationToken) =>
        await endpoints.FindAsync(caller.OwnerId, id, cancellationToken) is { } endpoint
            ? TypedResults.Ok(EndpointView.Of(endpoint, seal))
            : NotFound();

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id, Caller caller, EndpointTable endpoints, TimeProvider time, CancellationToken cancellationToken) =>
        await endpoints.RemoveAsync(caller.OwnerId, id, time.GetUtcNow(), cancellationToken) ? TypedResults.NoContent() : NotFound();

    internal static ProblemHttpResult NotFound() => Problems.Of(404, "E_ENDPOINT_NOT_FOUND", "There is no such webhook endpoint.");

    internal static ProblemHttpResult LimitReached(DeliveryOptions options) =>
        Problems.Of(409, "E_ENDPOINT_LIMIT", $"There are {options.EndpointsPerOwner} webhook endpoints already; remove one first.");
}
