using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Verifying;

namespace MjAspire.WebhookIngress.Handshaking;

/// <summary><c>GET /webhook/{provider}?hub.mode=subscribe&amp;hub.verify_token=...&amp;hub.challenge=...</c>: the challenge, as text.</summary>
internal static class AnswerHandshake
{
    public static void MapHandshakes(this WebApplication app) => app.MapGet("/webhook/{provider}", HandleAsync);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> HandleAsync(
        string provider, HttpContext context, Providers providers, Intake intake, TimeProvider time)
    {
        if (providers.Find(provider) is not { VerificationToken: { } token } known)
            return Problems.Of(404, "E_NOT_FOUND", "There is no such provider, or it checks no addresses.");

        var verdict = await intake.ShakeHandsAsync(new(context, known, time.GetUtcNow()), token);
        if (verdict.Challenge is not { } challenge)
            return ReceiveCallback.Refusal(context, known, verdict);

        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Text(challenge, "text/plain");
    }
}
