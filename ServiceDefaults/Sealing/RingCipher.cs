using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MjAspire.ServiceDefaults;

/// <summary>Section <c>Sealing</c>.</summary>
internal sealed class SealingOptions
{
    /// <summary>
    /// Encrypts the key ring itself, so that who has the database only cannot open what is sealed in it: 32 characters or more, the same for every
    /// replica. Without one the ring lies in the table as it is.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>Keys there were before, separated by commas: what they closed is still opened.</summary>
    public string OldKeys { get; set; } = "";
}

/// <summary>
/// Keys of the ring, encrypted by AES-256-GCM under the configured key:
/// <code>&lt;sealed&gt;base64(12 bytes nonce, 16 bytes tag, text)&lt;/sealed&gt;</code>
/// </summary>
internal sealed class RingEncryptor(string key) : IXmlEncryptor
{
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var text = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var bytes = new byte[NonceLength + TagLength + text.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        using var aes = Cipher(key);
        aes.Encrypt(bytes.AsSpan(0, NonceLength), text, bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength));
        return new(new XElement("sealed", Convert.ToBase64String(bytes)), typeof(RingDecryptor));
    }

    internal static AesGcm Cipher(string key) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), 32, info: "MjAspire key ring"u8.ToArray()), TagLength);
}

/// <summary>The other way. Data protection makes it by itself, wherever it finds such a key.</summary>
internal sealed class RingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly SealingOptions _options = services.GetRequiredService<IOptions<SealingOptions>>().Value;

    public XElement Decrypt(XElement encryptedElement)
    {
        var bytes = Convert.FromBase64String(encryptedElement.Value);
        var text = new byte[bytes.Length - RingEncryptor.NonceLength - RingEncryptor.TagLength];
        foreach (var key in _options.OldKeys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Prepend(_options.Key))
        {
            try
            {
                using var aes = RingEncryptor.Cipher(key);
                aes.Decrypt(
                    bytes.AsSpan(0, RingEncryptor.NonceLength), bytes.AsSpan(RingEncryptor.NonceLength + RingEncryptor.TagLength),
                    bytes.AsSpan(RingEncryptor.NonceLength, RingEncryptor.TagLength), text);
                return XElement.Parse(Encoding.UTF8.GetString(text));
            }
            catch (AuthenticationTagMismatchException)
            {
                // Not this one.
            }
        }
        throw new CryptographicException("A key of the key ring was closed with another Sealing:Key; name it in Sealing:OldKeys.");
    }
}
