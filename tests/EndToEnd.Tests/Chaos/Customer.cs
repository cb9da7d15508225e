using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MjAspire.EndToEnd.Tests.Chaos;

/// <summary>Someone who wants pictures and does what the API's documentation says when it cannot be reached: ask again, with the same Idempotency-Key.</summary>
internal sealed class Customer(HttpClient gateway)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private int _retries;

    /// <summary>How often something had to be asked for again.</summary>
    public int Retries => _retries;

    public async Task OrderAsync(Order order, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryOrderAsync(order, cancellationToken))
                return;
            Interlocked.Increment(ref _retries);
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<bool> TryOrderAsync(Order order, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/jobs")
            {
                Headers = { { "Idempotency-Key", order.IdempotencyKey } },
                Content = JsonContent.Create(new { kind = "image", operation = "imagine", input_data = new { prompt = order.Prompt } }),
            };
            using var response = await gateway.SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
                return false;

            var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{order} was answered {(int)response.StatusCode}: {answer}");
            order.Id = answer!["job_id"]!.GetValue<Guid>();
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false; // nobody knows whether it was taken; the key does
        }
    }
}
