using System.Text;

// Arguments of commands are marked as an evaluation in this version of Aspire; they are what makes a command useful.
#pragma warning disable ASPIREINTERACTION001

namespace MjAspire.AppHost.Dashboard;

/// <summary>What can be done from the dashboard, all of it through the gateway's public API.</summary>
internal static class Commands
{
    /// <summary>Longer than the sandbox takes; a real relay's picture may still come after it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static IResourceBuilder<ProjectResource> WithPictureCommand(this IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ParameterResource> key) =>
        gateway.WithGatewayCommand(gateway, key, "draw", "Draw a picture", DrawAsync, new()
        {
            Description = "Makes a picture as an agent would have it made, and shows it.",
            IconName = "PaintBrush",
            IsHighlighted = true,
            Arguments =
            [
                new() { Name = "prompt", Label = "Prompt", InputType = InputType.Text, Required = true, Placeholder = "a fox in the snow", MaxLength = 8_192 },
            ],
        });

    public static IResourceBuilder<ProjectResource> WithWebhookCommands(
        this IResourceBuilder<ProjectResource> deliveries, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ParameterResource> key) => deliveries
        .WithGatewayCommand(gateway, key, "test-webhooks", "Send a test webhook", TestWebhooksAsync, new()
        {
            Description = "Sends endpoint.test to every registered webhook and says what each answered.",
            IconName = "Send",
        })
        .WithGatewayCommand(gateway, key, "replay", "Send dead letters again", ReplayAsync, new()
        {
            Description = "Delivers again what failed, or was held, in the last 30 days.",
            IconName = "ArrowRepeatAll",
            ConfirmationMessage = "Deliver everything again that failed or was held in the last 30 days?",
        });

    /// <summary>Calls the ingress by the address that providers are given, so through whatever tunnel or proxy lies between.</summary>
    public static IResourceBuilder<ProjectResource> WithPingCommand(this IResourceBuilder<ProjectResource> ingress, IResourceBuilder<ParameterResource> internalKey) =>
        ingress.WithHttpCommand("/api/callbacks/ping", "Ping the ingress", commandName: "ping", commandOptions: new()
        {
            Description = "Tries whether providers reach the ingress by its public address.",
            IconName = "PulseSquare",
            PrepareRequest = async context =>
            {
                context.Request.Headers.Add("X-Internal-Key", await internalKey.Resource.GetValueAsync(context.CancellationToken));
                context.Request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            },
            GetCommandResult = async context =>
            {
                var report = await context.Response.Content.ReadAsStringAsync(context.CancellationToken);
                return context.Response.IsSuccessStatusCode && report.Contains("\"reached\":true", StringComparison.Ordinal)
                    ? CommandResults.Success("The ingress was reached.", report, CommandResultFormat.Json)
                    : CommandResults.Failure("The ingress was not reached.", report, CommandResultFormat.Json);
            },
        });

    private static async Task<ExecuteCommandResult> DrawAsync(GatewayClient gateway, ExecuteCommandContext context)
    {
        var prompt = context.Arguments.GetString("prompt");
        var job = await gateway.SendAsync(HttpMethod.Post, "/imagine", new { prompt }, context.CancellationToken);
        var address = job["status_url"]!.GetValue<string>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (job["status"]!.GetValue<string>() is "pending" or "processing")
            {
                await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);
                job = await gateway.SendAsync(HttpMethod.Get, address, null, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Success($"It is still being drawn: GET {address} tells.");
        }

        return job["status"]!.GetValue<string>() == "completed" && job["images"]?.AsArray() is [{ } first, ..]
            ? CommandResults.Success("Drawn", $"![{prompt}]({first["url"]})\n\n[{prompt}]({first["url"]})", CommandResultFormat.Markdown, displayImmediately: true)
            : CommandResults.Failure($"The job is {job["status"]}. {job["error"]?["code"]} {job["error"]?["message"] ?? job["message"]}");
    }

    private static async Task<ExecuteCommandResult> TestWebhooksAsync(GatewayClient gateway, ExecuteCommandContext context)
    {
        var (report, failed) = (new StringBuilder(), 0);
        var endpoints = await gateway.EndpointsAsync(context.CancellationToken);
        foreach (var (id, url) in endpoints)
        {
            var answer = await gateway.SendAsync(HttpMethod.Post, $"/api/endpoints/{id}/test", null, context.CancellationToken);
            report.AppendLine($"{url}: {answer["status"] ?? answer["error"]}");
            failed += answer["delivered"]!.GetValue<bool>() ? 0 : 1;
        }
        return (endpoints.Count, failed) switch
        {
            (0, _) => CommandResults.Failure("No webhook is registered. POST /api/endpoints registers one."),
            (_, 0) => CommandResults.Success($"{endpoints.Count} answered.", report.ToString()),
            _ => CommandResults.Failure($"{failed} of {endpoints.Count} did not take it.", report.ToString()),
        };
    }

    private static async Task<ExecuteCommandResult> ReplayAsync(GatewayClient gateway, ExecuteCommandContext context)
    {
        var (since, replayed) = (TimeProvider.System.GetUtcNow().AddDays(-30), 0);
        foreach (var (id, _) in await gateway.EndpointsAsync(context.CancellationToken))
        {
            var more = true;
            while (more)
            {
                var answer = await gateway.SendAsync(HttpMethod.Post, $"/api/endpoints/{id}/replay?since={since:yyyy-MM-ddTHH:mm:ssZ}", null, context.CancellationToken);
                replayed += answer["replayed"]!.GetValue<int>();
                more = answer["more"]!.GetValue<bool>();
            }
        }
        return CommandResults.Success($"{replayed} deliveries are on their way again.");
    }

    private static IResourceBuilder<ProjectResource> WithGatewayCommand(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ParameterResource> key, string name, string displayName,
        Func<GatewayClient, ExecuteCommandContext, Task<ExecuteCommandResult>> run, CommandOptions options) =>
        service.WithCommand(name, displayName, async context =>
        {
            try
            {
                using var client = await GatewayClient.ConnectAsync(gateway.GetEndpoint("http"), key.Resource, context.CancellationToken);
                return await run(client, context);
            }
            catch (HttpRequestException e)
            {
                return CommandResults.Failure(e.Message);
            }
        }, options);
}
