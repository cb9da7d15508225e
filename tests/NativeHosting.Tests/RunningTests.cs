using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Tests;

public sealed class RunningTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task Resource_starts_once_what_it_waits_for_is_healthy()
    {
        using var folder = new Folder();
        var healthy = false;
        var builder = folder.CreateBuilder();
        builder.Services.AddHealthChecks().AddAsyncCheck("open", _ =>
            Task.FromResult(healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy()));
        var server = builder.AddExecutable("server", "sleep", ".", "1000").WithHealthCheck("open");
        builder.AddExecutable("client", "sleep", ".", "1000").WaitFor(server);
        await using var app = builder.Build();
        await app.StartAsync(Patience);

        await app.ResourceNotifications.WaitForResourceAsync("server", KnownResourceStates.Running, Patience);
        await app.ResourceNotifications.WaitForResourceAsync("client", KnownResourceStates.Waiting, Patience);
        healthy = true;

        await app.ResourceNotifications.WaitForResourceHealthyAsync("client", Patience);
    }

    [Fact]
    public async Task Crashed_process_is_reported_and_started_again()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        builder.AddExecutable("server", "bash", ".", "-c", "[ -e \"$0\" ] && exec sleep 1000; touch \"$0\"; exit 3", folder.File("crashed"));
        await using var app = builder.Build();
        var crash = app.ResourceNotifications.WaitForResourceAsync("server", KnownResourceStates.Exited, Patience);
        await app.StartAsync(Patience);

        await crash;

        await app.ResourceNotifications.WaitForResourceHealthyAsync("server", Patience);
        Assert.True(File.Exists(folder.File("crashed")));
    }

    [Fact]
    public async Task Every_replica_is_a_process_of_its_own()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        builder.AddExecutable("server", "sleep", ".", "1000").Resource.Replicas = 3;
        await using var app = builder.Build();
        await app.StartAsync(Patience);

        await app.ResourceNotifications.WaitForAsync("server", snapshot => snapshot.Properties.Distinct().Count() == 3, Patience);
    }

    [Fact]
    public async Task Missing_program_fails_at_once_and_by_name()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        builder.AddExecutable("server", "no-such-program", ".");
        await using var app = builder.Build();
        await app.StartAsync(Patience);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("server", Patience));

        Assert.Contains("server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_says_what_to_install_is_not_started_again()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        builder.AddExecutable("server", "bash", ".", "-c", "echo 'postgres is missing. Install it with: apt-get install postgresql' >&2; exit 69");
        await using var app = builder.Build();
        await app.StartAsync(Patience);
        await app.ResourceNotifications.WaitForResourceAsync("server", KnownResourceStates.FailedToStart, Patience);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("server", Patience));

        Assert.Contains("apt-get install postgresql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppHost_under_test_listens_on_a_random_port_and_can_be_called()
    {
        using var folder = new Folder();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>([folder.StateArgument], Patience);
        await using var app = await builder.BuildAsync(Patience);
        await app.StartAsync(Patience);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Patience);

        using var http = app.CreateHttpClient("web");

        Assert.Equal("hello", await http.GetStringAsync("/", Patience));
        Assert.NotEqual(9000, app.GetEndpoint("web", "http").Port);
    }
}
