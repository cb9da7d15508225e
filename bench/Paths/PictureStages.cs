using Dapper;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Paths;

/// <summary>One stretch of a picture's way.</summary>
internal sealed record PictureStage(string Name, double MeanMilliseconds);

/// <summary>Where the time of a picture goes, as the databases remember it.</summary>
internal static class PictureStages
{
    public static async Task<IReadOnlyList<PictureStage>> ReadAsync(Stage stage)
    {
        await using var jobs = stage.Database("jobs");
        await using var ofJobs = await jobs.OpenConnectionAsync();
        var steps = await ofJobs.QueryAsync<PictureStage>(
            """
            select 'until ' || status || coalesce(' ' || step, '') as name, avg(extract(epoch from took) * 1000)::float8 as MeanMilliseconds
            from (select *, occurred_at - lag(occurred_at) over (partition by job_id order by sequence) as took from job_history) step
            where took is not null
            group by status, step
            having count(*) > 100
            order by min(sequence)
            """);
        await using var deliveries = stage.Database("deliveries");
        await using var ofDeliveries = await deliveries.OpenConnectionAsync();
        var delivery = await ofDeliveries.QueryAsync<PictureStage>(
            """
            select 'until its webhook was sent' as name,
                   coalesce(avg(extract(epoch from started_at - occurred_at) * 1000), 0)::float8 as MeanMilliseconds
            from attempts join deliveries on deliveries.id = delivery_id join events on events.id = event_id
            """);
        return [.. steps, .. delivery];
    }

    public static IEnumerable<string> Describe(IReadOnlyList<PictureStage> stages, Leg leg)
    {
        var slowest = stages.MaxBy(stage => stage.MeanMilliseconds);
        var busiest = leg.Processor.MaxBy(entry => entry.Value);
        yield return $"Slowest stage: {slowest?.Name} ({slowest?.MeanMilliseconds:N0} ms of {stages.Sum(stage => stage.MeanMilliseconds):N0} ms). "
            + $"Busiest process: {busiest.Key}, {busiest.Value / leg.Processor.Values.Sum():P0} of all processor time.";
        yield return $"Mean milliseconds: {string.Join(", ", stages.Select(stage => $"{stage.Name} {stage.MeanMilliseconds:N0}"))}.";
    }
}
