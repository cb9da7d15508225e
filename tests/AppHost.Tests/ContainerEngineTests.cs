using Microsoft.Extensions.Configuration;
using MjAspire.AppHost.Infrastructure;

namespace MjAspire.AppHost.Tests;

/// <summary>Docker and Podman may be installed without an engine behind them; these are programs that stand for such clients.</summary>
public sealed class ContainerEngineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mjaspire-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_engine_that_lists_its_containers_is_found()
    {
        var engine = Client("echo 'CONTAINER ID   IMAGE'");

        Assert.Equal(engine, Find(engine));
    }

    [Fact]
    public void A_client_whose_engine_does_not_run_is_none() =>
        Assert.Null(Find(Client("echo 'Cannot connect to the Docker daemon' >&2; exit 1")));

    [Fact]
    public void A_client_that_does_not_answer_is_given_up() =>
        Assert.Null(Find(Client("exec sleep 1000")));

    [Fact]
    public void A_client_that_is_not_installed_is_none() =>
        Assert.Null(Find(Path.Combine(_folder, "no-such-engine")));

    private static string? Find(string engine) => ContainerEngine.Find(new ConfigurationBuilder()
        .AddInMemoryCollection([new("ASPIRE_CONTAINER_RUNTIME", engine)]).Build());

    private string Client(string script)
    {
        var path = Path.Combine(_folder, "engine");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
