using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MjAspire.ImageStore.Blobs;

/// <summary>Not ready while nothing can be written: a full or read-only disk.</summary>
internal sealed class BlobsHealth(Drafts drafts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var draft = drafts.Create();
            using var probe = new MemoryStream([1]);
            await draft.TryFillAsync(probe, limit: 1, cancellationToken);
            await draft.Read().FlushAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("The folder of Blobs:Path cannot be written to.", e);
        }
    }
}
