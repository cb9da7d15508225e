namespace MjAspire.WebhookIngress;

/// <summary>Section <c>Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Signs the tokens in callback addresses; the same for the job service. 16 characters or more.</summary>
    public string TokenKey { get; set; } = "";

    /// <summary>Bytes of a callback's body at most; more is answered 413.</summary>
    public int LargestBody { get; set; } = 64 * 1024;

    /// <summary>How long the broker may take to confirm before the caller is told to come back: 503.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Redis may take to answer before a callback goes on without it.</summary>
    public TimeSpan CacheTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Callbacks waiting for the broker at a time; more are answered 503 at once.</summary>
    public int MostInFlight { get; set; } = 1024;

    /// <summary>How long a queued callback is remembered, to tell its repetitions.</summary>
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromHours(24);
}

internal static class Options
{
    public static void AddWebhookOptions(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<WebhookOptions>()
            .Bind(builder.Configuration.GetSection("Webhooks"))
            .Validate(o => o.TokenKey.Length >= 16, "Webhooks:TokenKey must be set, to the same 16 characters or more as for the job service.")
            .Validate(o => o.LargestBody is >= 1024 and <= 1024 * 1024, "Webhooks:LargestBody is 1024 to 1048576 bytes.")
            .Validate(o => o.PublishTimeout > TimeSpan.Zero && o.PublishTimeout < Receiving.Duplicates.PendingFor, "Webhooks:PublishTimeout is more than nothing and less than 30 s.")
            .Validate(o => o.CacheTimeout > TimeSpan.Zero && o.CacheTimeout <= TimeSpan.FromSeconds(5), "Webhooks:CacheTimeout is more than nothing and at most 5 s.")
            .Validate(o => o.MostInFlight > 0, "Webhooks:MostInFlight is at least 1.")
            .Validate(o => o.RememberFor > TimeSpan.Zero, "Webhooks:RememberFor is more than nothing.")
            .ValidateOnStart();
}
