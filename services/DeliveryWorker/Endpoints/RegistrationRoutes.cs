using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.DeliveryWorker.Endpoints;

internal sealed record Registration(string? WebhookUrl);

internal sealed record RegistrationAnswer(string Status, string WebhookUrl, int TotalWebhooks);

internal sealed record RegisteredWebhooks(IReadOnlyList<string> Webhooks, int Total);

/// <summary>
/// Webhooks known by their URL alone. A registered URL hears <c>message.pushed</c>, which is what registering is for, and <c>job.*</c>,
/// so that an agent which only knows these routes is told when its pictures are done.
/// <code>
/// POST /api/register    {"webhook_url": "http://your-server/webhook"}
/// POST /api/unregister  {"webhook_url": "http://your-server/webhook"}
///   {"status": "success", "webhook_url": "...", "total_webhooks": N}
/// GET  /api/webhooks
///   {"webhooks": [...], "total": N}
/// </code>
/// </summary>
internal static class RegistrationRoutes
{
    public static void MapRegistration(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/register", Register);
        routes.MapPost("/unregister", Unregister);
        routes.MapGet("/webhooks", List);
    }

    /// <summary>Registering again changes nothing, except that a disabled webhook is enabled.</summary>
    private static async Task<Results<Ok<RegistrationAnswer>, ProblemHttpResult>> Register(
        Registration request,
        Caller caller,
        EndpointRules rules,
        EndpointTable endpoints,
        Seal seal,
        IOptions<DeliveryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (rules.CheckUrl(request.WebhookUrl) is { } rejection)
            return Problems.Of(400, rejection.Code, rejection.Detail);

        var url = request.WebhookUrl!;
        if (!await endpoints.EnableRegisteredAsync(caller.OwnerId, url, cancellationToken))
        {
            var endpoint = new WebhookEndpoint
            {
                Id = Guid.CreateVersion7(),
                OwnerId = caller.OwnerId,
                Url = url,
                Events = [EventTypes.MessagePushed, EventTypes.AnyJob],
                Secret = seal.Close(WebhookSecret.Generate().ToString()),
                Headers = seal.CloseHeaders(null),
                IsRegistered = true,
                CreatedAt = time.GetUtcNow(),
            };
            try
            {
                if (!await endpoints.AddAsync(endpoint, options.Value.EndpointsPerOwner, cancellationToken))
                    return EndpointRoutes.LimitReached(options.Value);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Registered by someone else just now, which is what was wanted.
            }
        }
        return await AnswerAsync(url, caller, endpoints, cancellationToken);
    }

    private static async Task<Results<Ok<RegistrationAnswer>, ProblemHttpResult>> Unregister(
        Registration request, Caller caller, EndpointTable endpoints, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.WebhookUrl is not { } url || !await endpoints.RemoveRegisteredAsync(caller.OwnerId, url, time.GetUtcNow(), cancellationToken))
            return Problems.Of(404, "E_ENDPOINT_NOT_FOUND", "This URL is not registered.");
        return await AnswerAsync(url, caller, endpoints, cancellationToken);
    }

    private static async Task<Ok<RegisteredWebhooks>> List(Caller caller, EndpointTable endpoints, CancellationToken cancellationToken)
    {
        var urls = await endpoints.ListRegisteredAsync(caller.OwnerId, cancellationToken);
        return TypedResults.Ok(new RegisteredWebhooks(urls, urls.Count));
    }

    private static async Task<Ok<RegistrationAnswer>> AnswerAsync(
        string url, Caller caller, EndpointTable endpoints, CancellationToken cancellationToken)
    {
        var urls = await endpoints.ListRegisteredAsync(caller.OwnerId, cancellationToken);
        return TypedResults.Ok(new RegistrationAnswer("success", url, urls.Count));
    }
}
