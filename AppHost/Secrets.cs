using System.Text.Json;
using Aspire.Hosting.Publishing;

namespace MjAspire.AppHost;

/// <summary>Secrets: from <c>Parameters:{name}</c>; in development else generated once, published asked for.</summary>
internal static class Secrets
{
    /// <summary>40 letters and digits.</summary>
    /// <param name="mark">What a generated one begins with, by which people and secret scanners know what it is.</param>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder, string name, string description, string mark = "")
    {
        var generated = new GenerateParameterDefault { MinLength = 40, Special = false };
        return builder.AddParameter(name, new KeptParameterDefault(builder.StatePath("parameters.json"), name, generated, mark), secret: true)
            .WithDescription(description);
    }

    /// <summary>
    /// What encrypts the key rings in the databases, so that who has a database only cannot open what is sealed in it. In development there is none:
    /// a copy of the databases opens by itself.
    /// </summary>
    public static IResourceBuilder<ParameterResource>? AddSealingKey(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode ? builder.AddSecret("sealing-key", "Encrypts the key rings in the databases. Lost, sealed keys and secrets must be set again.") : null;

    public static IResourceBuilder<ProjectResource> WithSealing(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ParameterResource>? key) =>
        key is null ? service : service.WithEnvironment("Sealing__Key", key);
}

/// <summary>
/// A generated value that stays the same from run to run, in a file that only its owner may read: <c>{"api-key":"…"}</c>. Aspire would keep it in
/// the user's secrets, which every checkout of this project shares.
/// </summary>
internal sealed class KeptParameterDefault(string path, string name, ParameterDefault generated, string mark = "") : ParameterDefault
{
    private static readonly Lock Writing = new();
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public override string GetDefaultValue()
    {
        lock (Writing)
        {
            var values = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))! : [];
            if (values.TryGetValue(name, out var kept))
                return kept;

            var value = values[name] = mark + generated.GetDefaultValue();
            PrivateFile.Write(path, JsonSerializer.Serialize(values, Indented));
            return value;
        }
    }

    public override void WriteToManifest(ManifestPublishingContext context) => generated.WriteToManifest(context);
}
