using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;
using Npgsql;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>
/// Changes what is named and leaves the rest; the whole must then be an endpoint that could be created. What the change cannot do: the secret,
/// which is rotated.
/// <code>
/// PATCH /api/endpoints/{id}
/// {"enabled": true, "description": null, "headers": {"X-Old": null, "X-New": "1"}}
/// </code>
/// </summary>
internal static class ChangeEndpoint
{
    public static async Task<Results<Ok<EndpointView>, ProblemHttpResult>> Change(
        Guid id,
        JsonElement patch,
        Caller caller,
        EndpointRules rules,
        EndpointTable endpoints,
        Seal seal,
        IOptions<HttpJson> json,
        WorkSignal work,
        CancellationToken cancellationToken)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return Problems.Of(400, "E_SERIALIZATION_ERROR", "The body must be a JSON object.");
        if (patch.TryGetProperty("secret", out _))
            return Problems.Of(400, "E_INVALID_SECRET", "A secret is changed by rotating it, so that no receiver is caught unawares.");
        if (await endpoints.FindAsync(caller.OwnerId, id, cancellationToken) is not { } present)
            return EndpointRoutes.NotFound();

        NewEndpoint changed;
        try
        {
            changed = Merge(present, patch, seal, json.Value.SerializerOptions);
        }
        catch (JsonException error)
        {
            return Problems.Of(400, "E_SERIALIZATION_ERROR", $"A setting has the wrong type: {error.Path}");
        }
        if (rules.Check(changed) is { } rejection)
            return Problems.Of(400, rejection.Code, rejection.Detail);

        var endpoint = Of(changed, present, seal);
        try
        {
            if (!await endpoints.UpdateAsync(endpoint, cancellationToken))
                return Problems.Of(409, "E_CONFLICT", "The endpoint was changed at the same time. Read it and try again.");
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Problems.Of(409, "E_ENDPOINT_EXISTS", "This URL is registered already.");
        }
        work.Set();
        return TypedResults.Ok(EndpointView.Of(endpoint, seal));
    }

    private static NewEndpoint Merge(WebhookEndpoint present, JsonElement patch, Seal seal, JsonSerializerOptions json)
    {
        var described = new NewEndpoint(
            present.Url, present.Events, Secret: null, present.Description, seal.OpenHeaders(present.Headers), present.RateLimit, present.IsEnabled);
        var merged = MergePatch.Apply(JsonSerializer.SerializeToNode(described, json), JsonObject.Create(patch));
        return merged.Deserialize<NewEndpoint>(json)!;
    }

    private static WebhookEndpoint Of(NewEndpoint changed, WebhookEndpoint present, Seal seal)
    {
        var isEnabled = changed.Enabled ?? true;
        var isFresh = isEnabled && !present.IsEnabled; // what it did before it was disabled is not held against it
        return present with
        {
            Url = changed.Url!,
            Events = [.. changed.Events!.Distinct(StringComparer.Ordinal)!],
            Description = changed.Description ?? "",
            Headers = seal.CloseHeaders(changed.Headers),
            RateLimit = changed.RateLimit,
            IsEnabled = isEnabled,
            DisabledReason = isEnabled ? null : present.DisabledReason ?? "owner",
            FailingSince = isFresh ? null : present.FailingSince,
            FailedAttempts = isFresh ? 0 : present.FailedAttempts,
        };
    }
}
