using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MjAspire.AppHost.Running;

/// <summary>
/// Stops the services before the servers, so that they can finish what they have begun. Aspire stops everything at once.
/// Hosted services stop in the reverse order of their registration: this one before Aspire's own.
/// </summary>
internal sealed partial class OrderlyStop(
    DistributedApplicationModel model, ResourceCommandService commands, ResourceNotificationService resources, TimeProvider time, ILogger<OrderlyStop> logger) : IHostedService
{
    /// <summary>Longer than a service takes for what it has begun.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(model.Resources.OfType<ProjectResource>().Select(service => StopAsync(service, cancellationToken)));

    private async Task StopAsync(ProjectResource service, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(_ => patience.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            // The command looks whether the process has gone in growing intervals; its state tells at once.
            var stopping = commands.ExecuteCommandAsync(service, KnownResourceCommands.StopCommand, patience.Token);
            await resources.WaitForResourceAsync(service.Name, KnownResourceStates.TerminalStates, patience.Token);
            await patience.CancelAsync();
            await ((Task)stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException)
        {
            Log.NotStopped(logger, service.Name); // it goes with everything else
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Service} did not stop in time")]
        public static partial void NotStopped(ILogger logger, string service);
    }
}

internal static class OrderlyStopExtensions
{
    /// <summary>And waits for everything to be gone before the AppHost is.</summary>
    public static void StopInOrder(this IDistributedApplicationBuilder builder)
    {
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] ??= "true";
        builder.Services.AddHostedService<OrderlyStop>();
    }
}
