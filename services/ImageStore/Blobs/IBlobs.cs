namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// Where pictures' bytes are, each under its own hash. A blob is there whole or not at all, and never changes;
/// putting one again is harmless. Trouble with the place itself is an <see cref="IOException"/>: not now, perhaps later.
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

    /// <summary>Everything that is there, in no order. What is named otherwise than by a hash is not ours and left out.</summary>
    IAsyncEnumerable<BlobEntry> ListAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the place answers, throws when it does not.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>A blob in a listing.</summary>
/// <param name="PutAt">When it was last put.</param>
internal readonly record struct BlobEntry(ContentHash Hash, long Bytes, DateTimeOffset PutAt);
