namespace MjAspire.Contracts.Jobs;

/// <summary>Command to JobService itself: take the pending image job to its provider.</summary>
public sealed record RunJob(Guid JobId, Guid OwnerId);
