using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Sniffing;

namespace MjAspire.ImageStore.Storing;

/// <summary>A source whose bytes are durable, not yet recorded.</summary>
internal sealed record KeptPicture(ImageLayout Layout, SniffedImage Image, ContentHash Hash, long Bytes);
