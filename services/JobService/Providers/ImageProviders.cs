using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers;

/// <summary>The accounts by name, and the choice for a job.</summary>
internal sealed class ImageProviders(IEnumerable<IImageProvider> providers, ModelCatalogue catalogue, ExhaustedAccounts exhausted)
{
    /// <summary>
    /// The account that has the job's task; before there is one, one of those that have its model, by weight and not one that is exhausted
    /// while another is not.
    /// </summary>
    public IImageProvider For(Job job)
    {
        if (job is { ProviderTaskId: not null, Provider: not null })
            return Named(job.Provider) ?? throw new InvalidOperationException($"The provider '{job.Provider}' of job {job.Id} is not set up any more.");

        var model = catalogue.Find(ImageRequest.Parse(job.InputData).Model) ?? catalogue.Default;
        return Choose(Offering(model), Random.Shared.NextDouble());
    }

    /// <summary>The account of this name; null when there is none.</summary>
    public IImageProvider? Named(string name) => providers.FirstOrDefault(provider => provider.Name == name);

    /// <summary>Whether an account that is not exhausted has the model as well.</summary>
    public bool HasAnother(ImageModel model) => Offering(model).Any(provider => !exhausted.Contains(provider.Name));

    private IReadOnlyList<IImageProvider> Offering(ImageModel model) =>
        [.. providers.Where(provider => provider.Models.Any(offered => offered.Name == model.Name))];

    /// <param name="chance">0 to 1.</param>
    private IImageProvider Choose(IReadOnlyList<IImageProvider> offering, double chance)
    {
        var able = offering.Where(provider => !exhausted.Contains(provider.Name)).ToList();
        if (able.Count == 0)
            able = [.. offering];

        var at = chance * able.Sum(provider => provider.Weight);
        foreach (var provider in able.Where(provider => provider.Weight > 0))
        {
            at -= provider.Weight;
            if (at <= 0)
                return provider;
        }
        return able[0];
    }
}
