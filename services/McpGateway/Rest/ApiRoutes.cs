using Microsoft.AspNetCore.Mvc;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Rest.Documenting;

namespace MjAspire.McpGateway.Rest;

/// <summary><c>/api</c>: the routes other services own, as the outside sees them.</summary>
internal static class ApiRoutes
{
    /// <summary>Bytes. The mask in an answer is a picture.</summary>
    private const long MaxAnswer = 4 << 20;

    private static readonly ApiParameter IdempotencyKey = new("Idempotency-Key", "Makes a repeat harmless; 1 to 255 characters.", InHeader: true);
    private static readonly ApiParameter PageSize = new("limit", "How many on a page, 1 to 100.", IsNumber: true);
    private static readonly ApiParameter Cursor = new("cursor", "next_cursor of the page before.");

    public static void MapApiJobs(this IEndpointRouteBuilder api, RequestDelegate jobs)
    {
        api.Forward("GET", "/models", jobs).RequireScope(Scopes.Read, Scopes.Generate)
            .Describe("The models that can be asked for").Produces<ModelList>();
        api.Forward("POST", "/jobs", JobKinds.Guard(jobs)).RequireScope(Scopes.Generate, Scopes.Worker).LimitAs(RouteClass.Generate)
            .Describe("Makes a job", "E_SERIALIZATION_ERROR", "E_PROMPT_EMPTY", "E_PROMPT_TOO_LONG", "E_ASPECT_RATIO", "E_UNKNOWN_MODEL", "E_UNKNOWN_OPERATION",
                "E_UNKNOWN_ARGUMENT", "E_IMAGES", "E_PARENT_MISSING", "E_IDEMPOTENCY_KEY", "E_JOB_NOT_FOUND", "E_NOT_ALLOWED", "E_INVALID_STATUS",
                "E_IDEMPOTENCY_CONFLICT", "E_TOO_LARGE")
            .Takes(IdempotencyKey).Reads<JobCreation>().Produces<JobMade>(201).Produces<JobMade>();
        api.Forward("GET", "/jobs", jobs).RequireScope(Scopes.Read, Scopes.Worker)
            .Describe("Lists jobs, newest first", "E_LIMIT", "400 E_INVALID_STATUS", "E_UNKNOWN_KIND", "E_SERIALIZATION_ERROR")
            .Takes(
                new("status", "PENDING, RUNNING, NEEDS_INPUT, DONE, FAILED, CANCELLED; several by comma."), new("kind", "image or external."),
                new("operation", "imagine, upscale ..."), new("model", "A model's name."), new("text", "Words of the prompt."),
                new("created_after", "ISO 8601."), new("created_before", "ISO 8601."), PageSize, Cursor)
            .Produces<JobDocuments>();
        api.Forward("GET", "/jobs/{id}", jobs).RequireScope(Scopes.Read, Scopes.Worker).LimitAs(RouteClass.Poll)
            .Describe("One job", "E_JOB_NOT_FOUND").Takes(new ApiParameter("include_history", "true: with every step it took.")).Produces<JobDocument>();
        api.Forward("DELETE", "/jobs/{id}", jobs).RequireScope(Scopes.Generate, Scopes.Worker)
            .Describe("Cancels a job", "E_JOB_NOT_FOUND", "E_INVALID_STATUS").Produces<JobMoved>();
        api.Forward("POST", "/jobs/{id}/retry", jobs).RequireScope(Scopes.Generate).LimitAs(RouteClass.Generate)
            .Describe("Makes a failed or cancelled job anew", "E_JOB_NOT_FOUND", "E_INVALID_STATUS", "E_IDEMPOTENCY_CONFLICT")
            .Takes(IdempotencyKey).Produces<JobMade>(201).Produces<JobMade>();
        api.Forward("POST", "/jobs/{id}/answer", jobs).RequireScope(Scopes.Generate).WithMetadata(new RequestSizeLimitAttribute(MaxAnswer))
            .Describe("Answers a job that is NEEDS_INPUT: any JSON object; prompt and mask for a provider's question",
                "E_JOB_NOT_FOUND", "E_INVALID_STATUS", "E_SERIALIZATION_ERROR", "E_TOO_LARGE")
            .Reads<System.Text.Json.Nodes.JsonObject>().Produces<JobMoved>();
        api.Forward("POST", "/jobs/{id}/status", jobs).RequireScope(Scopes.Worker)
            .Describe("An external worker reports", "E_JOB_NOT_FOUND", "E_INVALID_STATUS", "E_SERIALIZATION_ERROR").Reads<JobStanding>().Produces<JobMoved>();
        api.Forward("POST", "/jobs/{id}/complete", jobs).RequireScope(Scopes.Worker)
            .Describe("An external worker hands in its result", "E_JOB_NOT_FOUND", "E_INVALID_STATUS", "E_SERIALIZATION_ERROR").Reads<JobEnd>().Produces<JobMoved>();
    }

    public static void MapApiBatches(this IEndpointRouteBuilder api, RequestDelegate jobs)
    {
        api.Forward("POST", "/batches", jobs).RequireScope(Scopes.Generate).LimitByPictures()
            .Describe("Makes several pictures' jobs, or none", "E_SERIALIZATION_ERROR", "E_BATCH", "E_BATCH_LIMIT", "E_PROMPT_EMPTY", "E_PROMPT_TOO_LONG",
                "E_ASPECT_RATIO", "E_UNKNOWN_MODEL", "E_UNKNOWN_OPERATION", "E_UNKNOWN_ARGUMENT", "E_IMAGES", "E_PARENT_MISSING", "E_IDEMPOTENCY_KEY",
                "E_JOB_NOT_FOUND", "E_NOT_ALLOWED", "E_INVALID_STATUS", "E_IDEMPOTENCY_CONFLICT", "E_TOO_LARGE")
            .Takes(IdempotencyKey).Reads<BatchCreation>().Produces<BatchMade>(201).Produces<BatchMade>();
        api.Forward("GET", "/batches/{id}", jobs).RequireScope(Scopes.Read).LimitAs(RouteClass.Poll)
            .Describe("A batch, and its jobs in the order they were asked for", "E_BATCH_NOT_FOUND").Produces<BatchDocument>();
        api.Forward("DELETE", "/batches/{id}", jobs).RequireScope(Scopes.Generate)
            .Describe("Cancels those jobs of a batch that have not ended", "E_BATCH_NOT_FOUND").Produces<BatchDocument>();
    }

    /// <summary>Keys of the engines' accounts pass through; they are in no address, and bodies are neither noted nor logged.</summary>
    public static void MapApiEngines(this IEndpointRouteBuilder api, RequestDelegate jobs)
    {
        var engines = api.MapGroup("/engines").RequireScope(Scopes.Admin).LimitAs(RouteClass.Admin);
        engines.Forward("GET", "", jobs).Describe("The engines, their models and accounts").Produces<EngineList>();
        engines.Forward("PUT", "/{engine}/accounts/{name}/key", jobs)
            .Describe("Stores an account's key, once its engine has accepted it",
                "E_ACCOUNT_NOT_FOUND", "E_PROVIDER_KEY", "E_PROVIDER_KEY_REFUSED", "E_PROVIDER_UNAVAILABLE", "E_SERIALIZATION_ERROR", "E_TOO_LARGE")
            .Reads<EngineKey>().Produces<EngineAccount>();
        engines.Forward("DELETE", "/{engine}/accounts/{name}/key", jobs)
            .Describe("Forgets an account's stored key; the configured one counts again", "E_ACCOUNT_NOT_FOUND").Produces<EngineAccount>();
        engines.Forward("POST", "/{engine}/accounts/{name}/test", jobs)
            .Describe("Tries the key in use", "E_ACCOUNT_NOT_FOUND").Produces<EngineTested>();
    }

    public static void MapApiWebhooks(this IEndpointRouteBuilder api, RequestDelegate deliveries)
    {
        var webhooks = api.MapGroup("").RequireScope(Scopes.Webhooks);
        webhooks.Forward("POST", "/register", deliveries)
            .Describe("Registers an address", "E_INVALID_URL", "E_ADDRESS_REFUSED", "E_ENDPOINT_LIMIT").Reads<WebhookAddress>().Produces<WebhookRegistered>();
        webhooks.Forward("POST", "/unregister", deliveries).Describe("Takes an address off the list").Reads<WebhookAddress>().Produces<WebhookRegistered>();
        webhooks.Forward("GET", "/webhooks", deliveries).Describe("The registered addresses").Produces<WebhookAddresses>();
        webhooks.Forward("POST", "/push", deliveries)
            .Describe("Sends a message to every registered address", "E_INVALID_MESSAGE").Reads<WebhookMessage>().Produces<WebhookPushed>();
        webhooks.Forward("POST", "/endpoints", deliveries)
            .Describe("Subscribes an address to events", "E_INVALID_URL", "E_ADDRESS_REFUSED", "E_INVALID_EVENT", "E_INVALID_SECRET", "E_ENDPOINT_LIMIT", "E_ENDPOINT_EXISTS")
            .Reads<EndpointWanted>().Produces<EndpointDocument>(201);
        webhooks.Forward("GET", "/endpoints", deliveries).Describe("The subscriptions").Produces<EndpointDocuments>();
        webhooks.Forward("GET", "/endpoints/{id}", deliveries).Describe("One subscription", "E_ENDPOINT_NOT_FOUND").Produces<EndpointDocument>();
        webhooks.Forward("PATCH", "/endpoints/{id}", deliveries)
            .Describe("Changes a subscription", "E_ENDPOINT_NOT_FOUND", "E_INVALID_URL", "E_INVALID_EVENT", "E_CONFLICT", "E_ENDPOINT_EXISTS")
            .Reads<EndpointChange>().Produces<EndpointDocument>();
        webhooks.Forward("DELETE", "/endpoints/{id}", deliveries).Describe("Unsubscribes", "E_ENDPOINT_NOT_FOUND").Produces(204);
        webhooks.Forward("POST", "/endpoints/{id}/secret/rotate", deliveries)
            .Describe("A new secret; both sign for a while", "E_ENDPOINT_NOT_FOUND", "E_INVALID_SECRET").Reads<SecretWanted>().Produces<SecretRotated>();
        webhooks.Forward("POST", "/endpoints/{id}/test", deliveries).Describe("Sends a test", "E_ENDPOINT_NOT_FOUND").Produces<EndpointTested>();
        webhooks.Forward("GET", "/endpoints/{id}/deliveries", deliveries)
            .Describe("What was delivered, and what was not", "E_ENDPOINT_NOT_FOUND", "E_INVALID_FILTER")
            .Takes(new("status", "pending, delivered, dead or held."), new("event_type", "job.completed ..."), new("since", "ISO 8601."), PageSize, Cursor)
            .Produces<DeliveryDocuments>();
        webhooks.Forward("POST", "/endpoints/{id}/replay", deliveries)
            .Describe("Delivers again what failed", "E_ENDPOINT_NOT_FOUND", "E_INVALID_FILTER", "E_ENDPOINT_DISABLED")
            .Takes(new ApiParameter("since", "From when on, ISO 8601.")).Produces<DeliveriesReplayed>(202);
        webhooks.Forward("GET", "/deliveries/{id}", deliveries).Describe("One delivery, with its attempts", "E_DELIVERY_NOT_FOUND").Produces<DeliveryDocument>();
        webhooks.Forward("POST", "/deliveries/{id}/replay", deliveries)
            .Describe("Delivers once more", "E_DELIVERY_NOT_FOUND", "E_ENDPOINT_DISABLED").Produces<DeliveriesReplayed>(202);
    }

    /// <summary>A route another service owns. As a handler rather than a bare delegate, so that it is documented.</summary>
    public static RouteHandlerBuilder Forward(this IEndpointRouteBuilder routes, string method, string pattern, RequestDelegate service)
    {
        Delegate handler = (HttpContext context) => service(context);
        return routes.MapMethods(pattern, [method], handler);
    }
}
