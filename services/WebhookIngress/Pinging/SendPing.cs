using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Pinging;

/// <summary><c>{"provider":"midjourney"}</c></summary>
internal sealed record PingRequest(string? Provider);

/// <summary>What came of calling our own public address.</summary>
/// <param name="Reached">Whether it was an ingress of ours that answered, and would have taken a callback.</param>
/// <param name="Error">In words, when it was not.</param>
internal sealed record PingReport(bool Reached, string Url, int? Status, double ResponseTimeMs, string? Error, Pong? Answer);

/// <summary>
/// <c>POST /api/callbacks/ping</c>: calls <c>{Webhooks:PublicUrl}/webhook/{provider}/ping</c> as a provider would, through whatever tunnel, proxy
/// and certificate lie between, and tells whether it came back here.
/// </summary>
internal static class SendPing
{
    public const string Client = "ping";

    public static async Task<Results<Ok<PingReport>, ProblemHttpResult>> HandleAsync(
        PingRequest request, IHttpClientFactory clients, Capabilities capabilities, IOptions<WebhookOptions> options, CancellationToken cancellationToken)
    {
        var provider = request.Provider ?? "midjourney";
        if (!Providers.IsName(provider))
            return Problems.Of(404, "E_NOT_FOUND", "There is no such provider.");
        if (options.Value.PublicUrl is not { Length: > 0 } publicUrl)
            return Problems.Of(409, "E_NOT_CONFIGURED", "Webhooks:PublicUrl is not set: the ingress does not know how it is reached from outside.");

        var url = $"{publicUrl.TrimEnd('/')}/webhook/{provider}/ping";
        var nonce = RandomNumberGenerator.GetHexString(24);
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(nonce) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", capabilities.CreatePing());

        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await clients.CreateClient(Client).SendAsync(message, cancellationToken);
            var pong = answer.IsSuccessStatusCode ? await ReadAsync(answer, cancellationToken) : null;
            var reached = pong?.Echo == nonce;
            return TypedResults.Ok(new PingReport(
                reached, url, (int)answer.StatusCode, Elapsed(), reached ? null : $"answered {(int)answer.StatusCode}, and not as an ingress of ours does when it is well", reached ? pong : null));
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return TypedResults.Ok(new PingReport(false, url, null, Elapsed(), e is HttpRequestException ? e.Message : "no answer in time", null));
        }

        double Elapsed() => Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3);
    }

    private static async Task<Pong?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<Pong>(Defaults.UseWireFormat(new(JsonSerializerDefaults.Web)), cancellationToken);
        }
        catch (JsonException)
        {
            return null; // some other page: a tunnel's greeting, a proxy's login
        }
    }
}

internal static class PingingFeature
{
    private const int LongestAnswer = 16 * 1024;

    public static void AddPinging(this WebApplicationBuilder builder) =>
        builder.Services.AddHttpClient(SendPing.Client, http =>
            {
                http.Timeout = TimeSpan.FromSeconds(10);
                http.MaxResponseContentBufferSize = LongestAnswer;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static void MapPinging(this WebApplication app) => app.MapPost("/webhook/{provider}/ping", AnswerPing.HandleAsync);
}
