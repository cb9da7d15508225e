using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.ImageStore.Blobs;

/// <summary>Not ready while nothing can be written: a full or read-only disk, a bucket that does not answer.</summary>
internal sealed class BlobsHealth(Drafts drafts, IBlobs blobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var draft = drafts.Create();
            using var probe = new MemoryStream([1]);
            await draft.TryFillAsync(probe, limit: 1, cancellationToken);
            await blobs.ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("Pictures cannot be written where Blobs says.", e);
        }
    }
}
