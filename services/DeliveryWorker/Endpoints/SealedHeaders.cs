using System.Text.Json;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>An endpoint's headers as one sealed text.</summary>
internal static class SealedHeaders
{
    public static string CloseHeaders(this Seal seal, IReadOnlyDictionary<string, string?>? headers) =>
        seal.Close(JsonSerializer.Serialize(headers ?? new Dictionary<string, string?>()));

    public static Dictionary<string, string?> OpenHeaders(this Seal seal, string sealedHeaders) =>
        JsonSerializer.Deserialize<Dictionary<string, string?>>(seal.Open(sealedHeaders))!;
}
