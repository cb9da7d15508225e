using System.Diagnostics;

namespace MjAspire.ImageStore;

/// <summary>Spans of this service's own steps; they fall under the message or request that asked for them.</summary>
internal static class ImageStoreTracing
{
    public static readonly ActivitySource Source = new("MjAspire.ImageStore");

    /// <summary>Marks a step as failed, by its stable code.</summary>
    public static void Fail(this Activity? span, string code)
    {
        span?.SetStatus(ActivityStatusCode.Error, code);
        span?.SetTag("error.type", code);
    }
}
