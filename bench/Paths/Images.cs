using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Contracts.Images;

namespace MjAspire.Bench.Paths;

/// <summary>A picture's bytes in, checked and durable; and out again.</summary>
internal static class Images
{
    private const int Writers = 16, Readers = 64;

    public static async Task<IReadOnlyList<Result>> RunAsync(Stage stage, Settings settings)
    {
        var service = await stage.ServiceAsync("ImageStore");
        var baseline = await stage.BaselineAsync("images");
        using var ours = new Library(service, CreateJob.Internal());
        using var theirs = new Library(baseline);
        var store = await Contest.RunAsync(
            "images", "Store a picture", $"closed loop, {Writers} callers, 12 kB PNG", settings, Goal.Times(0.5),
            new Side("image-store", ours.StoreAsync, service, stage.PostgresServer),
            new Side("Kestrel + fsync + rename + one insert", theirs.StoreAsync, baseline, stage.PostgresServer));
        var read = await Contest.RunAsync(
            "images", "Read a picture", $"closed loop, {Readers} callers, 12 kB PNG", settings, Goal.Times(0.5),
            new Side("image-store", ours.ReadAsync, service, stage.PostgresServer),
            new Side("Kestrel + one query + sendfile", theirs.ReadAsync, baseline, stage.PostgresServer));
        return
        [
            store with { Remarks = ["Every picture is another one. The store decodes each to its last pixel and flushes its folder as well; the baseline believes what it gets."] },
            read with { Remarks = ["What is read has the length of what was stored."] },
        ];
    }

    private sealed class Library(Child server, params (string, string)[] headers) : IDisposable
    {
        private readonly Http _http = new(server.Address!, headers);
        private readonly ConcurrentBag<(string Id, int Length)> _stored = [];
        private (string Id, int Length)[] _known = [];
        private int _turn;

        public void Dispose() => _http.Dispose();

        public Task<Leg> StoreAsync(TimeSpan length) => ClosedLoop.RunAsync(Writers, length, async _ =>
        {
            var bytes = Png.Noise(64);
            using var answer = JsonDocument.Parse(await _http.SendAsync(
                HttpMethod.Post, "/images", new ByteArrayContent(bytes), HttpStatusCode.Created,
                (ImageUpload.JobId, $"{Guid.CreateVersion7()}"), (ImageUpload.Metadata, """{"operation":"imagine"}""")));
            var id = answer.RootElement.TryGetProperty("images", out var images) ? images[0].GetProperty("image_id") : answer.RootElement.GetProperty("image_id");
            _stored.Add((id.GetString()!, bytes.Length));
        });

        public Task<Leg> ReadAsync(TimeSpan length)
        {
            _known = [.. _stored.Take(1000)];
            return ClosedLoop.RunAsync(Readers, length, async _ =>
            {
                var (id, expected) = _known[(uint)Interlocked.Increment(ref _turn) % _known.Length];
                var bytes = await _http.SendAsync(HttpMethod.Get, $"/images/{id}/content", null, HttpStatusCode.OK);
                if (bytes.Length != expected)
                    throw new BenchException($"Picture {id} has {expected} bytes, {bytes.Length} came.");
            });
        }
    }
}
