using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// Encrypts what a table must not show: secrets, keys, headers. The keys are made anew every ninety days; what an older one closed stays open
/// to it.
/// </summary>
public sealed class Seal
{
    private readonly IDataProtector _protector;

    internal Seal(IDataProtector protector) => _protector = protector;

    public string Close(string text) => _protector.Protect(text);

    /// <exception cref="CryptographicException">It was not closed with this seal, or the key is not in the ring any more.</exception>
    public string Open(string sealedText) => _protector.Unprotect(sealedText);
}

/// <summary>Registration.</summary>
public static class SealRegistration
{
    /// <summary>
    /// Adds <see cref="Seal"/>. The key ring (ASP.NET data protection) lies in the service's own database, so that all replicas share it and it is
    /// backed up with what it opens.
    /// </summary>
    /// <param name="application">What another application closed cannot be opened.</param>
    /// <param name="purpose">Nor what was closed for another purpose.</param>
    public static IServiceCollection AddSeal(this IServiceCollection services, string application, string purpose)
    {
        services.AddDataProtection().SetApplicationName(application);
        services.AddSingleton(new SchemaScripts(typeof(Seal).Assembly, "Sealing.Schema."));
        services.AddSingleton<KeyRing>();
        services.AddOptions<SealingOptions>().BindConfiguration("Sealing")
            .Validate(options => options.Key.Length is 0 or >= 32 && !options.Key.Contains(','), "Sealing:Key has 32 characters or more and no comma, or is not set.")
            .ValidateOnStart();
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing, IOptions<SealingOptions>>((options, ring, sealing) =>
        {
            options.XmlRepository = ring;
            options.XmlEncryptor = sealing.Value.Key.Length > 0 ? new RingEncryptor(sealing.Value.Key) : null;
        });
        return services.AddSingleton(provider => new Seal(provider.GetRequiredService<IDataProtectionProvider>().CreateProtector(purpose)));
    }
}
