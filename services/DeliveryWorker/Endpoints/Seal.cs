using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>Encrypts what an endpoint's row must not show: its secrets and the values of its headers.</summary>
internal sealed class Seal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("MjAspire.DeliveryWorker.Endpoints");

    public string Close(string text) => _protector.Protect(text);

    public string Open(string sealedText) => _protector.Unprotect(sealedText);

    public string CloseHeaders(IReadOnlyDictionary<string, string?>? headers) =>
        Close(JsonSerializer.Serialize(headers ?? new Dictionary<string, string?>()));

    public Dictionary<string, string?> OpenHeaders(string sealedHeaders) =>
        JsonSerializer.Deserialize<Dictionary<string, string?>>(Open(sealedHeaders))!;
}

internal static class SealRegistration
{
    /// <summary>The key ring lives in the service's own database, so that all replicas share it and it is backed up with what it opens.</summary>
    public static IServiceCollection AddSeal(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("MjAspire.DeliveryWorker");
        services.AddSingleton<KeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((options, ring) => options.XmlRepository = ring);
        return services.AddSingleton<Seal>();
    }
}
