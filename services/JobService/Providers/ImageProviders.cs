using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers;

/// <summary>The engines by name, and the choice for a job: the one that has its model, and for a follow-up the one that drew the parent.</summary>
internal sealed class ImageProviders(IEnumerable<IImageProvider> providers, ModelCatalogue catalogue)
{
    /// <summary>The engine that draws this job.</summary>
    public IImageProvider For(Job job) => Named(job.Provider ?? catalogue.Find(ImageRequest.Parse(job.InputData).Model)?.Engine ?? catalogue.Default.Engine)
        ?? throw new InvalidOperationException($"The provider '{job.Provider}' of job {job.Id} is not set up any more.");

    /// <summary>The engine of this name; null when there is none.</summary>
    public IImageProvider? Named(string name) => providers.FirstOrDefault(provider => provider.Name == name);
}
