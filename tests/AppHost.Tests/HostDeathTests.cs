using MjAspire.Testing;

namespace MjAspire.AppHost.Tests;

/// <summary>The AppHost stops everything it started, in good order, and nothing outlives it, however it ends.</summary>
public sealed class HostDeathTests
{
    private static readonly string[] Services =
        ["/McpGateway/bin/", "/WebhookIngress/bin/", "/JobService/bin/", "/DeliveryWorker/bin/", "/ImageStore/bin/", "/Sandbox/bin/"];

    /// <summary>Postgres, Redis, RabbitMQ, and the port mapper Erlang would leave behind as a daemon.</summary>
    private static readonly string[] Servers = ["/postgres -D ", "redis-server", "beam.smp", "epmd"];

    [Fact]
    public async Task What_ends_by_itself_starts_again_and_on_Ctrl_C_services_stop_before_servers()
    {
        await using var host = await RunningHost.StartAsync();
        var (crashed, ended) = (Assert.Single(host.Of("/DeliveryWorker/bin/")), Assert.Single(host.Of("/WebhookIngress/bin/")));

        RunningHost.Signal("KILL", crashed);
        RunningHost.Signal("TERM", ended);
        await Eventually.TrueAsync(() => host.Of("/DeliveryWorker/bin/") is [var again] && again != crashed, "a new DeliveryWorker");
        await Eventually.TrueAsync(() => host.Of("/WebhookIngress/bin/") is [var again] && again != ended, "a new WebhookIngress");

        RunningHost.Signal("INT", host.Id);
        await Eventually.TrueAsync(() =>
        {
            var (services, servers) = (Running(host, Services), Running(host, Servers));
            Assert.True(services.Length == 0 || servers.Length == Servers.Length, $"[{string.Join(", ", services)}] still run, and of the servers only [{string.Join(", ", servers)}]");
            return Task.FromResult(services.Length == 0);
        }, () => $"the services to stop; the AppHost says\n{host.Said}");
        Assert.Equal(0, await host.ExitCodeAsync());
        await NothingIsLeftOfAsync(host);
    }

    [Fact]
    public async Task Nothing_is_left_after_the_AppHost_is_killed()
    {
        await using var host = await RunningHost.StartAsync();
        Assert.Equal(Servers, Running(host, Servers));

        RunningHost.Signal("KILL", host.Id);

        await NothingIsLeftOfAsync(host);
    }

    [Fact]
    public async Task Nothing_is_left_after_the_orchestrator_is_killed()
    {
        await using var host = await RunningHost.StartAsync();
        Assert.Equal(Servers, Running(host, Servers));

        RunningHost.Signal("KILL", host.Of("dcp start-apiserver"));

        await NothingIsLeftOfAsync(host);
    }

    private static string[] Running(RunningHost host, string[] programs)
    {
        var commands = host.Processes().Values;
        return [.. programs.Where(program => commands.Any(command => command.Contains(program, StringComparison.Ordinal)))];
    }

    private static Task NothingIsLeftOfAsync(RunningHost host) =>
        Eventually.TrueAsync(() => Task.FromResult(host.Processes().Count == 0), () => $"the end of\n{string.Join('\n', host.Processes())}\nThe AppHost says\n{host.Said}", TimeSpan.FromSeconds(30));
}
