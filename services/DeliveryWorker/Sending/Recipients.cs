using System.Collections.Concurrent;
using System.Security.Cryptography;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// The endpoints this worker sends to, kept from batch to batch. A claim says which version of an endpoint it saw, so what is kept is never
/// older than what the claim was made by.
/// </summary>
internal sealed partial class Recipients(EndpointTable endpoints, Seal seal, ILogger<Recipients> logger)
{
    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<Guid, Recipient> _kept = [];

    /// <summary>Returns all that can be sent to; one that cannot be read, or is deleted, is missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, Recipient>> GetAsync(
        IEnumerable<(Guid Endpoint, int Version)> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, Recipient>();
        HashSet<Guid>? missing = null;
        foreach (var (endpoint, version) in wanted)
        {
            if (_kept.TryGetValue(endpoint, out var recipient) && recipient.Version >= version)
                found[endpoint] = recipient;
            else
                (missing ??= []).Add(endpoint);
        }
        if (missing is null)
            return found;

        if (_kept.Count > MostKept)
            _kept.Clear();
        foreach (var endpoint in await endpoints.GetAsync([.. missing], cancellationToken))
        {
            if (Read(endpoint) is { } recipient)
                found[endpoint.Id] = _kept[endpoint.Id] = recipient;
        }
        return found;
    }

    private Recipient? Read(WebhookEndpoint endpoint)
    {
        if (endpoint.Url.Length == 0)
            return null; // deleted since
        try
        {
            return Recipient.Of(endpoint, seal);
        }
        catch (CryptographicException error)
        {
            Log.Unreadable(logger, endpoint.Id, error);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The secrets of endpoint {Endpoint} cannot be unsealed: is the key ring of another database?")]
        public static partial void Unreadable(ILogger logger, Guid endpoint, Exception exception);
    }
}
