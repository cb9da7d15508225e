namespace MjAspire.ImageStore.Serving;

/// <summary>Section <c>Images</c>.</summary>
internal sealed class ServingOptions
{
    /// <summary>Signs the links to pictures; shared with whoever makes them. Required.</summary>
    public string LinkKey { get; set; } = "";
}
