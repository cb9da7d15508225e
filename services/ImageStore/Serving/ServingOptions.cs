namespace MjAspire.ImageStore.Serving;

/// <summary>Section <c>Images</c>.</summary>
internal sealed class ServingOptions
{
    /// <summary>Signs the links to pictures; shared with whoever makes them. Required.</summary>
    public string LinkKey { get; set; } = "";

    /// <summary>What links begin with: the gateway, as clients reach it. Without it no links are told.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>How long a link that is told here opens.</summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether <c>/i/{image id}</c> opens without a signature, for anyone who knows the id. A link that has one must still be right.</summary>
    public bool PublicLinks { get; set; }
}
