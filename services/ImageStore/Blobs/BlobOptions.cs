namespace MjAspire.ImageStore.Blobs;

/// <summary>Section <c>Blobs</c>.</summary>
internal sealed class BlobOptions
{
    /// <summary>The folder pictures are kept in. Every replica sees the same one. Required.</summary>
    public string Path { get; set; } = "";
}
