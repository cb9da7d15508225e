using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Paths;

/// <summary>
/// Two delivery workers on one database against one on another. With the processors full already the second adds nothing; what is seen is
/// whether they get in each other's way, and whether any delivery is made twice.
/// </summary>
internal static class Replicas
{
    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        var receiver = await stage.BaselineAsync("receiver");
        var first = await stage.ServiceAsync("DeliveryWorker");
        var second = await stage.ServiceAsync("DeliveryWorker");
        var alone = await stage.ServiceAsync("DeliveryWorker", ("ConnectionStrings__deliveries", stage.Postgres("baseline")));
        await using var shared = await DeliveryQueue.CreateAsync(stage, first, receiver, endpoints: 100);
        await using var own = await DeliveryQueue.CreateAsync(stage, alone, receiver, endpoints: 100, database: "baseline");
        var result = await Contest.RunAsync(
            "replicas", "Deliver with two replicas", "a backlog is drained", settings, Goal.Times(0.9),
            new Side("two replicas", shared.DrainAsync, first, second, stage.PostgresServer),
            new Side("one replica", own.DrainAsync, alone, stage.PostgresServer));
        return [result with { Remarks = [shared.Remark] }];
    }
}
