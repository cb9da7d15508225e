namespace Aspire.Hosting.Tests;

public sealed class ParametersTests
{
    [Fact]
    public async Task Generated_parameter_stays_the_same_from_run_to_run()
    {
        using var folder = new Folder();

        var first = await ValueAsync(folder.CreateBuilder());
        var second = await ValueAsync(folder.CreateBuilder());

        Assert.Equal(40, first!.Length);
        Assert.Equal(first, second);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("parameters.json")));
    }

    [Fact]
    public async Task Parameter_from_the_configuration_wins_over_a_generated_one()
    {
        using var folder = new Folder();

        Assert.Equal("given", await ValueAsync(folder.CreateBuilder("--Parameters:api-key=given")));
    }

    [Fact]
    public async Task Missing_parameter_says_how_to_set_it()
    {
        using var folder = new Folder();
        var parameter = folder.CreateBuilder().AddParameter("api-key");

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(
            async () => await parameter.Resource.GetValueAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Parameters__api-key", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> ValueAsync(IDistributedApplicationBuilder builder) => await builder
        .AddParameter("api-key", new GenerateParameterDefault { MinLength = 40 }, secret: true, persist: true)
        .Resource.GetValueAsync(TestContext.Current.CancellationToken);
}
