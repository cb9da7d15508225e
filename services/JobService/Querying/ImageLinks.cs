using Microsoft.Extensions.Options;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Querying;

/// <summary>Section <c>Images</c>.</summary>
internal sealed class ImageLinkOptions
{
    /// <summary>The gateway's address as its users see it; links begin with it.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Signs links; ImageStore holds the same.</summary>
    public string LinkKey { get; set; } = "";
}

/// <summary>Gives artifacts links that open without a key for a while. Never stored: a stored link would expire.</summary>
internal sealed class ImageLinks(IOptions<ImageLinkOptions> options, IOptions<JobTimes> times, TimeProvider time)
{
    public IReadOnlyList<JobArtifact> Sign(IReadOnlyList<JobArtifact> artifacts)
    {
        if (artifacts.Count == 0)
            return artifacts;

        var expiresAt = time.GetUtcNow() + times.Value.LinkLifetime;
        return [.. artifacts.Select(artifact => artifact.ImageId is { } id
            ? artifact with { DownloadUrl = SignedLink.Create(options.Value.PublicUrl!, options.Value.LinkKey, id, expiresAt).AbsoluteUri }
            : artifact)];
    }
}
