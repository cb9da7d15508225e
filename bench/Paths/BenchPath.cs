using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Paths;

/// <summary>One way through the system that is measured.</summary>
internal sealed record BenchPath(string Name, Func<Stage, Settings, Task<IReadOnlyList<Result>>> RunAsync)
{
    public static IReadOnlyList<BenchPath> All { get; } =
    [
        new("create", CreateJob.RunAsync),
        new("ingress", Ingress.RunAsync),
        new("delivery", Delivery.RunAsync),
        new("mcp", Mcp.RunAsync),
        new("picture", Picture.RunAsync),
        new("outbox", Outbox.RunAsync),
        new("images", Images.RunAsync),
        new("queues", Queues.RunAsync),
        new("growth", Growth.RunAsync),
        new("replicas", Replicas.RunAsync),
    ];
}
