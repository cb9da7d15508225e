using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers;

/// <summary>The engines by name, and the choice for a job.</summary>
internal sealed class ImageProviders(IEnumerable<IImageProvider> providers)
{
    /// <summary>The engine that draws this job.</summary>
    public IImageProvider For(Job job) => Named(job.Provider ?? Midjourney.MidjourneyProvider.ProviderName)!;

    /// <summary>The engine of this name; null when there is none.</summary>
    public IImageProvider? Named(string name) => providers.FirstOrDefault(provider => provider.Name == name);
}
