using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Baselines;

/// <summary>Signs and sends, and writes nothing down: what HttpClient alone can do.</summary>
internal static class SenderBaseline
{
    private const int Callers = 256;

    public static void Map(WebApplication app)
    {
        var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
        var key = RandomNumberGenerator.GetBytes(32);

        app.MapPost("/send", async (string target, int endpoints, int count, int bytes, TimeProvider time) =>
        {
            var body = Encoding.UTF8.GetBytes(new string('x', bytes));
            var next = -1;
            var latencies = Enumerable.Range(0, Callers).Select(_ => new List<double>()).ToArray();
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    var start = Stopwatch.GetTimestamp();
                    await SendAsync($"{target}/hook/{i % endpoints}", body);
                    latencies[caller].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            })));
            return new Leg(count, Stopwatch.GetElapsedTime(began).TotalSeconds, [.. latencies.SelectMany(of => of).Order()]);

            async Task SendAsync(string url, byte[] bytes)
            {
                var id = Guid.CreateVersion7().ToString();
                var moment = time.GetUtcNow().ToUnixTimeSeconds();
                var signature = HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{moment}."), .. bytes]);
                using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                request.Headers.TryAddWithoutValidation("webhook-id", id);
                request.Headers.TryAddWithoutValidation("webhook-timestamp", $"{moment}");
                request.Headers.TryAddWithoutValidation("webhook-signature", $"v1,{Convert.ToBase64String(signature)}");
                using var response = await http.SendAsync(request, CancellationToken.None);
                response.EnsureSuccessStatusCode();
            }
        });
    }
}
