namespace MjAspire.DeliveryWorker;

/// <summary>What an endpoint can ask for: these types, <c>job.*</c> for a family, <c>*</c> for all.</summary>
internal static class EventTypes
{
    public const string JobCreated = "job.created";
    public const string JobRunning = "job.running";
    public const string JobProgress = "job.progress";
    public const string JobNeedsInput = "job.needs_input";
    public const string JobCompleted = "job.completed";
    public const string JobFailed = "job.failed";
    public const string JobCancelled = "job.cancelled";
    public const string MessagePushed = "message.pushed";

    public const string AnyJob = "job.*";

    private static readonly HashSet<string> Known = [.. new[]
    {
        JobCreated, JobRunning, JobProgress, JobNeedsInput, JobCompleted, JobFailed, JobCancelled, MessagePushed,
    }.SelectMany(Patterns)];

    /// <summary>Everything an endpoint may have asked for to get this type.</summary>
    public static string[] Patterns(string type) => [type, $"{type[..type.IndexOf('.')]}.*", "*"];

    public static bool IsPattern(string text) => Known.Contains(text);
}
