using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dapper;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.JobService.Tests;

/// <summary>What alerts are on.</summary>
public class GaugeTests(Servers servers)
{
    [Fact]
    public async Task The_gauges_show_unfinished_jobs_for_how_long_and_how_long_they_have_been_silent()
    {
        await using var first = await JobsUnderTest.StartAsync(servers);
        var id = await first.CreateExternalAsync();
        await first.ChangeAsync(id, "status", new { status = "RUNNING" });
        await using (var connection = new NpgsqlConnection(first.Database))
        {
            await connection.ExecuteAsync(
                "update jobs set started_at = now() - interval '123 hours', updated_at = now() - interval '45 hours' where id = @id", new { id });
        }

        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == "MjAspire.Jobs.Gauges")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        await using var second = await JobsUnderTest.StartAsync(servers, null, ("ConnectionStrings:jobs", first.Database)); // reads them at its start

        await Eventually.TrueAsync(() =>
        {
            listener.RecordObservableInstruments();
            return Task.FromResult(seen.GetValueOrDefault("mjaspire.jobs.oldest RUNNING external") is > 122 * 3_600 and < 124 * 3_600
                && seen.GetValueOrDefault("mjaspire.jobs.silence RUNNING external") is > 44 * 3_600 and < 46 * 3_600
                && seen.GetValueOrDefault("mjaspire.jobs.unfinished RUNNING external") >= 1);
        }, () => string.Join('\n', seen));

        // Other tests' services are heard as well: of each gauge the largest value counts.
        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen.AddOrUpdate($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}", value, (_, known) => Math.Max(known, value));
    }
}
