using System.Collections.Frozen;

namespace MjAspire.McpGateway.Rest.Documenting;

/// <summary>The codes of problem details: the status they come with, and what they mean.</summary>
internal static class ErrorCodes
{
    public static readonly FrozenDictionary<string, (int Status, string Meaning)> All = new Dictionary<string, (int, string)>(StringComparer.Ordinal)
    {
        ["E_AUTHENTICATION_FAILED"] = (401, "No key, or one that is not known, has expired or was revoked."),
        ["E_FORBIDDEN"] = (403, "The key lacks the scope this needs."),
        ["E_RATE_LIMITED"] = (429, "Too many requests; Retry-After says when the next may come."),
        ["E_TOO_MANY_AT_ONCE"] = (429, "Too many requests of this key are being served at once."),
        ["E_TOO_MANY_STREAMS"] = (429, "Too many live streams are open."),
        ["E_SERIALIZATION_ERROR"] = (400, "Not the JSON, or not the parameters, that were expected."),
        ["E_TOO_LARGE"] = (413, "The body, or the picture in base64, is over the cap."),
        ["E_UNAVAILABLE"] = (503, "Something is away; nothing was done; Retry-After says when to try again."),
        ["E_NETWORK_ERROR"] = (503, "The service behind did not answer."),
        ["E_TIMEOUT"] = (503, "The service behind did not answer in time."),
        ["E_NOT_FOUND"] = (404, "There is nothing at this address."),
        ["E_JOB_NOT_FOUND"] = (404, "There is no such job, or it is not yours."),
        ["E_IMAGE_NOT_FOUND"] = (404, "There is no such picture, or it is not yours."),
        ["E_ENDPOINT_NOT_FOUND"] = (404, "There is no such webhook endpoint, or it is not yours."),
        ["E_DELIVERY_NOT_FOUND"] = (404, "There is no such delivery, or it is not yours."),
        ["E_KEY_NOT_FOUND"] = (404, "There is no such key."),
        ["E_INVALID_STATUS"] = (409, "The job cannot do this now; 400 when there is no such status."),
        ["E_NOT_ALLOWED"] = (409, "The parent picture does not offer this."),
        ["E_IDEMPOTENCY_KEY"] = (400, "An Idempotency-Key has 1 to 255 characters."),
        ["E_IDEMPOTENCY_CONFLICT"] = (409, "The Idempotency-Key was used for a different request."),
        ["E_PROMPT_EMPTY"] = (400, "The prompt is empty."),
        ["E_PROMPT_TOO_LONG"] = (400, "The prompt is longer than the model takes."),
        ["E_ASPECT_RATIO"] = (400, "An aspect ratio is two whole numbers, 16:9."),
        ["E_UNKNOWN_MODEL"] = (400, "There is no such model."),
        ["E_UNKNOWN_VERSION"] = (400, "There is no such version; GET /version lists them."),
        ["E_UNKNOWN_OPERATION"] = (400, "There is no such operation."),
        ["E_UNKNOWN_KIND"] = (400, "A job is of the kind image or external."),
        ["E_UNKNOWN_ARGUMENT"] = (400, "A value that is none of the choices."),
        ["E_IMAGES"] = (400, "The wrong number, or kind, of pictures to take in."),
        ["E_PARENT_MISSING"] = (400, "It is not said which job or picture to go on from."),
        ["E_LIMIT"] = (400, "A page is smaller than that."),
        ["E_CURSOR"] = (400, "The cursor is none of ours."),
        ["E_QUERY"] = (400, "The query is too long."),
        ["E_ENCODING"] = (400, "encoding is base64, or left out."),
        ["E_IMAGE_VARIANT"] = (400, "w is 16 to 2048; format is png, jpeg or webp."),
        ["E_TAGS"] = (400, "Too many tags, or too long."),
        ["E_DESCRIPTION"] = (400, "The description is too long."),
        ["E_LINK_INVALID"] = (403, "The link was not made here."),
        ["E_LINK_EXPIRED"] = (403, "The link has expired."),
        ["E_INVALID_URL"] = (400, "The webhook's address cannot be used."),
        ["E_ADDRESS_REFUSED"] = (400, "The webhook's address leads inside."),
        ["E_INVALID_EVENT"] = (400, "There is no such event."),
        ["E_INVALID_SECRET"] = (400, "A secret is whsec_ and base64."),
        ["E_INVALID_MESSAGE"] = (400, "The message is empty or too long."),
        ["E_INVALID_FILTER"] = (400, "There is no such filter."),
        ["E_ENDPOINT_LIMIT"] = (409, "There are as many webhook endpoints as may be."),
        ["E_ENDPOINT_EXISTS"] = (409, "The address is registered already."),
        ["E_ENDPOINT_DISABLED"] = (409, "The webhook endpoint is disabled."),
        ["E_CONFLICT"] = (409, "It was changed at the same time."),
        ["E_KEY_NAME"] = (400, "A key has a name of 1 to 100 characters."),
        ["E_UNKNOWN_SCOPE"] = (400, "There is no such scope."),
        ["E_KEY_EXPIRY"] = (400, "expires_at has passed."),
        ["E_KEY_OWNER"] = (400, "Either owner_id or new_owner."),
        ["E_KEY_OVERLAP"] = (400, "The overlap is 0 to 30 days."),
        ["E_KEY_LIMIT"] = (409, "The owner has as many keys as may be."),
        ["E_KEY_ENDED"] = (409, "The key has expired, was revoked or was rotated before."),
        ["E_KEY_CONFIGURED"] = (409, "The first key stands in the configuration."),
        ["E_CONFIG"] = (400, "A setting has a value it cannot have."),
        ["E_CONFIG_CONFLICT"] = (409, "The settings were changed since that revision."),
        ["E_UPGRADE_REQUIRED"] = (426, "This address speaks WebSocket."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What every endpoint that needs a key may answer.</summary>
    public static readonly string[] OfEveryone = ["E_AUTHENTICATION_FAILED", "E_FORBIDDEN", "E_RATE_LIMITED", "E_TOO_MANY_AT_ONCE", "E_UNAVAILABLE"];
}
