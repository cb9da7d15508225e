namespace MjAspire.ImageStore.Blobs;

/// <summary>The place blobs are kept in is away or refuses; what it says is kept for the log.</summary>
internal sealed class BlobsUnavailableException(string message, Exception cause) : IOException(message, cause);
