using Aspire.Hosting.ApplicationModel;

namespace MjAspire.AppHost.Tests;

public sealed class SecretsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mjaspire-secrets-").FullName;

    private string File => Path.Combine(_folder, "state", "parameters.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_generated_secret_is_the_same_in_every_run_and_readable_by_its_owner_only()
    {
        var first = Value("api-key");

        Assert.Equal(40, first.Length);
        Assert.Equal(first, Value("api-key"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void Two_secrets_of_one_checkout_differ_and_both_are_kept()
    {
        var (one, other) = (Value("api-key"), Value("link-key"));

        Assert.NotEqual(one, other);
        Assert.Equal((one, other), (Value("api-key"), Value("link-key")));
    }

    [Fact]
    public void Secrets_generated_at_the_same_time_are_all_kept()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"secret-{i}")];

        var values = names.AsParallel().AsOrdered().Select(Value).ToArray();

        Assert.Equal(values, names.Select(Value));
    }

    private string Value(string name) =>
        new KeptParameterDefault(File, name, new GenerateParameterDefault { MinLength = 40, Special = false }).GetDefaultValue();
}
