using System.Text.Json.Nodes;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tasks;

internal static class TasksSetup
{
    public static IMcpServerBuilder WithJobTasks(this IMcpServerBuilder server)
    {
        server.Services.AddTransient<JobTasks>();
        server.Services.AddOptions<McpServerOptions>().PostConfigure<JobTasks>((options, tasks) =>
        {
            options.Capabilities ??= new();
            options.Capabilities.Extensions ??= new Dictionary<string, object>(StringComparer.Ordinal);
            options.Capabilities.Extensions[JobTasks.Extension] = new JsonObject();
            options.RequestHandlers = tasks.Handlers;
            options.Filters.Request.CallToolWithAlternateFilters.Add(tasks.StartAsync);
        });
        return server;
    }
}
