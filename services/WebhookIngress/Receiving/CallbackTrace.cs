using System.Diagnostics;
using MjAspire.ServiceDefaults;

namespace MjAspire.WebhookIngress.Receiving;

/// <summary>
/// A provider knows nothing of our traces, but the token does: it carries the span that asked for the picture.
/// Once the token is believed the callback is shown there, and the server's own span, which began a trace of its own, is dropped.
/// </summary>
internal static class CallbackTrace
{
    public static readonly ActivitySource Source = new(Telemetry.Prefix + "WebhookIngress");

    /// <summary>Null when nobody is listening, or when the token was made outside of any trace: the server's span stands then.</summary>
    public static Activity? Continue(string provider, CallbackToken token, HttpRequest request)
    {
        if (token.Trace == default)
            return null;

        var server = Activity.Current;
        var span = Source.StartActivity($"POST /webhook/{provider}", ActivityKind.Server, token.Trace);
        if (span is null)
            return null;

        server?.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        span.SetTag("http.request.method", request.Method);
        span.SetTag("http.route", "/webhook/{provider}/{token}");
        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("server.address", request.Host.Host);
        span.SetTag("job.id", $"{token.JobId}");
        return span;
    }

    public static void End(Activity? span, int statusCode, string outcome)
    {
        span?.SetTag("http.response.status_code", statusCode);
        span?.SetTag("callback.outcome", outcome);
        if (statusCode >= 500)
            span?.SetStatus(ActivityStatusCode.Error);
    }
}
