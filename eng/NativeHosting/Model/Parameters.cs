using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A setting from outside: <c>Parameters:name</c> in the configuration, or a generated value.</summary>
public sealed class ParameterResource : Resource, IValueProvider
{
    private readonly Lazy<string> _value;

    internal ParameterResource(string name, bool secret, Func<string> value) : base(name)
    {
        _value = new(value);
        Secret = secret;
    }

    /// <summary>Whether it is not to be shown.</summary>
    public bool Secret { get; }

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(_value.Value);
}

/// <summary>Where a parameter's value comes from when nobody sets it.</summary>
public abstract class ParameterDefault
{
    /// <summary>A value for this run.</summary>
    public abstract string GetDefaultValue();
}

/// <summary>A random text.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string Letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789";

    /// <summary>How long at least.</summary>
    public int MinLength { get; set; } = 22;

    /// <summary>Whether to use special characters; here there never are any.</summary>
    public bool Special { get; set; } = true;

    /// <inheritdoc />
    public override string GetDefaultValue() => RandomNumberGenerator.GetString(Letters, MinLength);
}

/// <summary>Generated parameters, kept from run to run in a file only its owner may read.</summary>
internal sealed class ParameterStore(string path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Lock _lock = new();

    public string GetOrAdd(string name, Func<string> create)
    {
        lock (_lock)
        {
            var values = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
            if (values[name] is { } kept)
                return kept.GetValue<string>();

            var created = create();
            values[name] = created;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var file = new StreamWriter(path, options);
            file.Write(values.ToJsonString(Indented));
            return created;
        }
    }
}
