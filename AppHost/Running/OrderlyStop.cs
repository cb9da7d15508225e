using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MjAspire.AppHost.Running;

/// <summary>
/// Stops the services before the servers, so that they can finish what they have begun. Aspire stops everything at once.
/// Hosted services stop in the reverse order of their registration: this one before Aspire's own.
/// </summary>
internal sealed partial class OrderlyStop(DistributedApplicationModel model, ResourceCommandService commands, ILogger<OrderlyStop> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(model.Resources.OfType<ProjectResource>().Select(service => StopAsync(service, cancellationToken)));

    private async Task StopAsync(ProjectResource service, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(service, KnownResourceCommands.StopCommand, cancellationToken);
        if (!result.Success)
            Log.NotStopped(logger, service.Name, result.Message); // it had ended, or never started; it goes with everything else
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Service} was not stopped: {Reason}")]
        public static partial void NotStopped(ILogger logger, string service, string? reason);
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
