using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MjAspire.Bench.Baselines;

/// <summary>
/// What a path costs when it is written by hand, with nothing around it: the same server, the same work, no framework of ours. Each is run as a
/// process of its own, <c>Bench.dll serve {name}</c>.
/// </summary>
internal static class Baseline
{
    public static async Task ServeAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        await using var app = builder.Build();
        app.MapGet("/alive", () => "yes");
        switch (name)
        {
            case "create":
                await CreateBaseline.MapAsync(app);
                break;
            case "ingress":
                await IngressBaseline.MapAsync(app);
                break;
            case "receiver":
                Receiver.Map(app);
                break;
            case "sender":
                SenderBaseline.Map(app);
                break;
            case "outbox":
                await OutboxBaseline.MapAsync(app);
                break;
            case "images":
                await ImagesBaseline.MapAsync(app);
                break;
            default:
                throw new ArgumentException($"There is no baseline '{name}'.", nameof(name));
        }
        await app.RunAsync();
    }
}
