namespace MjAspire.DeliveryWorker;

/// <summary>
/// What an endpoint can ask for: these types, <c>job.*</c> for a family, <c>*</c> for all. The star leaves out what is for operators:
/// the providers' raw callbacks, and notices about webhooks themselves. Those come to who asks for them by name or family.
/// </summary>
internal static class EventTypes
{
    public const string JobCreated = "job.created";
    public const string JobRunning = "job.running";
    public const string JobProgress = "job.progress";
    public const string JobNeedsInput = "job.needs_input";
    public const string JobCompleted = "job.completed";
    public const string JobFailed = "job.failed";
    public const string JobCancelled = "job.cancelled";
    public const string ImageStored = "image.stored";
    public const string MessagePushed = "message.pushed";

    public const string ProviderCallback = "provider.callback";
    public const string EndpointDisabled = "endpoint.disabled";
    public const string DeliveryExhausted = "delivery.exhausted";

    /// <summary>Nobody can ask for it; it goes to the endpoint that is tested.</summary>
    public const string EndpointTest = "endpoint.test";

    public const string AnyJob = "job.*";

    private static readonly string[] ForOperators = [ProviderCallback, EndpointDisabled, DeliveryExhausted];

    private static readonly HashSet<string> Known = [.. new[]
    {
        JobCreated, JobRunning, JobProgress, JobNeedsInput, JobCompleted, JobFailed, JobCancelled, ImageStored, MessagePushed,
    }.Concat(ForOperators).SelectMany(Patterns), "*"];

    /// <summary>Everything an endpoint may have asked for to get this type.</summary>
    public static string[] Patterns(string type)
    {
        var family = $"{type[..type.IndexOf('.')]}.*";
        return ForOperators.Contains(type) ? [type, family] : [type, family, "*"];
    }

    public static bool IsPattern(string text) => Known.Contains(text);

    /// <summary>An event about webhooks themselves. Its failure is not told in turn, or a broken endpoint would never come to rest.</summary>
    public static bool IsNotice(string type) => type is EndpointTest or EndpointDisabled or DeliveryExhausted;
}
