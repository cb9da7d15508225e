namespace MjAspire.Contracts.Images;

/// <summary>A job's pictures cannot be had, for good.</summary>
/// <param name="Code">An <c>E_*</c> code: <c>E_IMAGE_GONE</c>, <c>E_IMAGE_INVALID</c>, <c>E_IMAGE_TOO_LARGE</c>, <c>E_IMAGE_ADDRESS_REFUSED</c> ...</param>
/// <param name="Reason">For people; never holds the address.</param>
public sealed record ImagesFailed(Guid JobId, Guid OwnerId, string Code, string Reason);
