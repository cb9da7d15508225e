namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// Where pictures' bytes are, each under its own hash. A blob is there whole or not at all, and never changes;
/// putting one again is harmless.
/// </summary>
internal interface IBlobs
{
    /// <summary>Keeps a finished draft. When this returns, the bytes outlive a crash of the machine.</summary>
    Task PutAsync(Draft draft, CancellationToken cancellationToken);

    /// <summary>A seekable stream over the bytes, or null when there are none.</summary>
    Task<Stream?> OpenAsync(ContentHash hash, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken);

    /// <summary>Harmless when the blob is not there.</summary>
    Task DeleteAsync(ContentHash hash, CancellationToken cancellationToken);
}
