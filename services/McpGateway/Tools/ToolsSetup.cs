using System.Text.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

internal static class ToolsSetup
{
    private static readonly JsonSerializerOptions Json = ToolAnswers.Json;

    /// <summary>Everything an agent can do here.</summary>
    public static IMcpServerBuilder WithProductTools(this IMcpServerBuilder server)
    {
        server.Services.TryAddSingleton<ToolCalls>();
        server.Services.AddSingleton<JobCalls>().AddSingleton<JobQuestions>();
        server.Services.PostConfigure<McpServerOptions>(options =>
        {
            foreach (var tool in options.ToolCollection ?? [])
                ToolSchemas.Complete(tool.ProtocolTool);
        });
        return server
            .WithTools<GenerateImage>(Json).WithTools<UpscaleImage>(Json).WithTools<VaryImage>(Json).WithTools<EditImage>(Json)
            .WithTools<BlendImages>(Json).WithTools<DescribeImage>(Json).WithTools<ShortenPrompt>(Json)
            .WithTools<GetJobStatus>(Json).WithTools<WaitForJob>(Json).WithTools<CancelJob>(Json).WithTools<AnswerJob>(Json)
            .WithTools<ListJobs>(Json).WithTools<ListGenerations>(Json).WithTools<GetImage>(Json).WithTools<ListModels>(Json)
            .WithTools<PushWebhook>(Json).WithTools<RegisterWebhook>(Json)
            .WithTools<WorkerTools>(Json)
            .WithRequestFilters(filters => filters.AddCallToolFilter(next => (request, cancellationToken) =>
                request.Services!.GetRequiredService<ToolCalls>().RunAsync(next, request, cancellationToken)));
    }
}
