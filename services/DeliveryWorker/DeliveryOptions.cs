using System.ComponentModel.DataAnnotations;

namespace MjAspire.DeliveryWorker;

/// <summary>Section <c>Delivery</c>.</summary>
internal sealed class DeliveryOptions : IValidatableObject
{
    /// <summary>
    /// Pauses between attempts, separated by commas (<c>d.hh:mm:ss</c>). One more attempt than pauses is made; then the delivery rests as a
    /// dead letter. The default spans 27.5 hours: a receiver may be down overnight.
    /// </summary>
    public string RetrySchedule { get; set; } = "0:00:05, 0:05:00, 0:30:00, 2:00:00, 5:00:00, 10:00:00, 10:00:00";

    /// <summary>Each pause is longer or shorter by up to this share, so that what failed together does not return together.</summary>
    [Range(0, 0.9)]
    public double RetryJitter { get; set; } = 0.2;

    /// <summary>Connecting, sending and reading the answer together.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a claimed delivery belongs to its worker. What a killed worker held is taken over after this time.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts under way at once in one replica. Retries, and endpoints that answer slowly, get half of them at most.</summary>
    [Range(2, 10_000)]
    public int Concurrency { get; set; } = 256;

    /// <summary>Attempts under way at once to one endpoint that answers quickly. Any endpoint begins with a few, and a slow one loses them again.</summary>
    [Range(1, 1_000)]
    public int ConcurrencyPerEndpoint { get; set; } = 64;

    /// <summary>An endpoint whose last answer took longer is slow.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often to look for retries that have come due and for what other replicas left.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An endpoint that has only failed for this long is disabled ...</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>... if this many attempts have failed in that time: one event a week says little.</summary>
    [Range(1, 1_000_000)]
    public int DisableAfterAttempts { get; set; } = 10;

    /// <summary>How long the secret before a rotation goes on signing beside the new one.</summary>
    public TimeSpan SecretOverlap { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long deliveries, delivered, failed or held, can be looked up and replayed.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often to look for what is older.</summary>
    public TimeSpan CleaningInterval { get; set; } = TimeSpan.FromMinutes(1);

    [Range(1, 10_000)]
    public int EndpointsPerOwner { get; set; } = 100;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // An attempt that outlives its lease would be made twice at once.
        if (Lease < AttemptTimeout + TimeSpan.FromSeconds(5))
            yield return new("Delivery:Lease must be at least 5 seconds longer than Delivery:AttemptTimeout.");
        if (AttemptTimeout <= TimeSpan.Zero || PollInterval <= TimeSpan.Zero || CleaningInterval <= TimeSpan.Zero || SlowAfter <= TimeSpan.Zero)
            yield return new("Delivery:AttemptTimeout, PollInterval, CleaningInterval and SlowAfter must be positive.");
        if (DisableAfter < TimeSpan.Zero || SecretOverlap < TimeSpan.Zero)
            yield return new("Delivery:DisableAfter and SecretOverlap must not be negative.");
        if (KeepFor < TimeSpan.FromDays(2))
            yield return new("Delivery:KeepFor must be at least 2 days: the retries of a delivery take that long.");
        if (!Sending.RetrySchedule.TryParse(RetrySchedule, RetryJitter, out _))
            yield return new("Delivery:RetrySchedule must be pauses separated by commas, such as 0:00:05, 0:05:00.");
    }
}
