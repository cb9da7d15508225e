using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.EndToEnd.Tests.Chaos;

/// <summary>Everything that is written down anywhere about a run, compared with what was ordered. Each discrepancy is a sentence.</summary>
internal sealed class Books(ChaosApplication application, Receiver receiver, IReadOnlyList<Order> orders)
{
    private readonly List<string> _discrepancies = [];
    private Dictionary<Guid, JobLine> _jobs = [];

    public IReadOnlyList<string> Discrepancies => _discrepancies;

    /// <summary>Jobs that were bought twice within the documented rule.</summary>
    public int BoughtTwice { get; private set; }

    /// <summary>Deliveries of an event that had been delivered before.</summary>
    public int RepeatedDeliveries { get; private set; }

    public string Summary => string.Join(", ", _jobs.Values.GroupBy(job => job.ErrorCode ?? job.Status).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}"));

    /// <summary>Waits until every job has ended and everything was told.</summary>
    public async Task CloseAsync(TimeSpan patience)
    {
        await using var jobs = await application.DatabaseAsync("jobs");
        await Eventually.TrueAsync(
            async () => (_jobs = await JobsAsync(jobs)).Values.All(job => job.FinishedAt is not null),
            () => $"the end of\n{string.Join('\n', _jobs.Values.Where(job => job.FinishedAt is null))}", patience);
        await Eventually.TrueAsync(
            () => Task.FromResult(UntoldOf(receiver.Events).Count == 0),
            () => $"the events\n{string.Join('\n', UntoldOf(receiver.Events))}", patience);
    }

    public async Task CompareAsync()
    {
        CompareJobs();
        await CompareHistoryAsync();
        await ComparePicturesAsync();
        await ComparePurchasesAsync();
        CompareEvents();
    }

    private void CompareJobs()
    {
        Expect(_jobs.Count == orders.Count, $"{orders.Count} jobs were ordered and {_jobs.Count} made");
        Expect(orders.DistinctBy(order => order.Id).Count() == orders.Count, "two orders have one job");
        foreach (var order in orders)
        {
            var job = _jobs[order.Id];
            Expect(job.Status == order.Status && job.ErrorCode == order.Code, $"{order} is {job.Status} {job.ErrorCode} ({job.Message}), not {order.Status} {order.Code}");
        }
    }

    private async Task CompareHistoryAsync()
    {
        await using var jobs = await application.DatabaseAsync("jobs");
        await using var connection = await jobs.OpenConnectionAsync();
        var lines = (await connection.QueryAsync<(Guid Id, int[] Sequences)>(
            "select job_id, array_agg(sequence order by sequence) from job_history group by job_id")).ToDictionary(line => line.Id, line => line.Sequences);
        foreach (var job in _jobs.Values)
            Expect(lines[job.Id].SequenceEqual(Enumerable.Range(1, job.Sequence)), $"the history of {job} is {string.Join(' ', lines[job.Id])}");
        Expect(await connection.ExecuteScalarAsync<long>("select count(*) from outbox") == 0, "the outbox of the jobs is not empty");
    }

    private async Task ComparePicturesAsync()
    {
        await using var images = await application.DatabaseAsync("images");
        await using var connection = await images.OpenConnectionAsync();
        var rows = (await connection.QueryAsync<(Guid Job, int Source, int Part, string? Hash)>(
            "select job_id, source_index, part_index, sha256 from images order by 1, 2, 3")).ToLookup(row => row.Job);
        foreach (var order in orders)
        {
            (int, int)[] expected = order.Code is null ? [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)] : [];
            Expect(rows[order.Id].Select(row => (row.Source, row.Part)).SequenceEqual(expected), $"{order} has {rows[order.Id].Count()} rows of pictures");
        }

        var blobs = Path.Combine(application.State, "blobs");
        var kept = Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/.", StringComparison.Ordinal)).ToDictionary(file => Path.GetFileName(file));
        var named = rows.SelectMany(group => group).Select(row => row.Hash).OfType<string>().ToList();
        Expect(named.Distinct().Count() == named.Count, "two jobs have the same picture");
        Expect(kept.Keys.Order().SequenceEqual(named.Order()), $"{named.Count} pictures are recorded and {kept.Count} kept");
        foreach (var (hash, file) in kept)
            Expect(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))) == hash, $"the picture {hash} has other bytes");
    }

    /// <summary>docs/decisions/0005: twice only when an answer was lost and nobody called within the grace period.</summary>
    private async Task ComparePurchasesAsync()
    {
        using var sandbox = new HttpClient { BaseAddress = application.Sandbox };
        var bought = (await sandbox.GetFromJsonAsync<JsonArray>("/sandbox/purchases"))!
            .ToLookup(purchase => Guid.Parse(purchase!["state"]!.GetValue<string>()), purchase => purchase!["taskId"]!.GetValue<string>());
        await using var jobs = await application.DatabaseAsync("jobs");
        await using var connection = await jobs.OpenConnectionAsync();
        var attempts = (await connection.QueryAsync<(Guid Job, DateTime StartedAt, string? Outcome)>(
            "select job_id, started_at, outcome from submit_attempts order by job_id, number")).ToLookup(attempt => attempt.Job);
        foreach (var order in orders)
        {
            var tasks = bought[order.Id].Distinct().Count();
            var tries = attempts[order.Id].ToList();
            var graced = tries.Zip(tries.Skip(1)).Count(pair => pair.First.Outcome is null && pair.Second.StartedAt - pair.First.StartedAt >= ChaosApplication.SubmitGrace);
            Expect(order.Code is not null || tasks > 0, $"{order} was never bought");
            Expect(tasks <= 1 + graced, $"{order} was bought {tasks} times in {tries.Count} attempts: {string.Join(", ", tries.Select(one => $"{one.StartedAt:HH:mm:ss.f} {one.Outcome ?? "?"}"))}");
            BoughtTwice += tasks > 1 ? 1 : 0;
        }
    }

    private void CompareEvents()
    {
        Expect(receiver.Forgeries.IsEmpty, $"{receiver.Forgeries.Count} deliveries have a wrong signature");
        var seen = receiver.Events.ToList();
        foreach (var same in seen.GroupBy(one => (one.JobId, one.Sequence)).Where(group => group.Select(one => one.Id).Distinct().Count() > 1))
            Expect(false, $"event {same.Key} came under several ids");
        foreach (var same in seen.GroupBy(one => one.Id).Where(group => group.Select(one => (one.JobId, one.Sequence)).Distinct().Count() > 1))
            Expect(false, $"id {same.Key} stands for several events");
        foreach (var beyond in seen.Where(one => one.Sequence > _jobs[Guid.Parse(one.JobId!)].Sequence))
            Expect(false, $"event {beyond.Sequence} of {beyond.JobId} never happened");
        RepeatedDeliveries = seen.Count - seen.DistinctBy(one => one.Id).Count();
    }

    private List<string> UntoldOf(IEnumerable<Delivered> events)
    {
        var told = events.Select(one => (Guid.Parse(one.JobId!), one.Sequence)).ToHashSet();
        return [.. from job in _jobs.Values
                   from sequence in Enumerable.Range(1, job.Sequence)
                   where !told.Contains((job.Id, sequence))
                   select $"{sequence} of {job}"];
    }

    private void Expect(bool condition, string otherwise)
    {
        if (!condition)
            _discrepancies.Add(otherwise);
    }

    private static async Task<Dictionary<Guid, JobLine>> JobsAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await connection.QueryAsync<JobLine>(
            """
            select id, status, phase, sequence, step, message, error_code as errorCode, input_data ->> 'prompt' as prompt, finished_at as finishedAt
            from jobs
            """)).ToDictionary(job => job.Id);
    }

    private sealed record JobLine(
        Guid Id, string Status, string Phase, int Sequence, string? Step, string? Message, string? ErrorCode, string Prompt, DateTime? FinishedAt);
}
