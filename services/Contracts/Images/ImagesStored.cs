namespace MjAspire.Contracts.Images;

/// <summary>A job's pictures are durable and can be served.</summary>
public sealed record ImagesStored(Guid JobId, Guid OwnerId, IReadOnlyList<StoredImage> Images);

/// <summary>One picture that can be had.</summary>
/// <param name="ParentImageId">The grid it is a part of.</param>
/// <param name="Index">1 to 4, row by row, for a part.</param>
/// <param name="MediaType">As found in the bytes, never as claimed.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bytes">Null for a part whose bytes are made on first request.</param>
/// <param name="Sha256">Lower-case hex of the bytes; null with <paramref name="Bytes"/>.</param>
public sealed record StoredImage(
    Guid ImageId, Guid? ParentImageId, int? Index, string MediaType, int Width, int Height, long? Bytes, string? Sha256);
