using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Providers;

/// <summary>The accounts by name, and the choice for a job.</summary>
internal sealed class ImageProviders(IEnumerable<IImageProvider> providers, ModelCatalogue catalogue, RestingAccounts resting)
{
    /// <summary>
    /// The account that has the job's task; before there is one, one of those that have its model, by weight and not one that rests
    /// while another is not. Null when the account it needs is not set up any more.
    /// </summary>
    public IImageProvider? For(Job job)
    {
        if (job is { ProviderTaskId: not null, Provider: not null })
            return Named(job.Provider);

        var model = catalogue.Find(ImageRequest.Parse(job.InputData).Model) ?? catalogue.Default;
        return Offering(model) is { Count: > 0 } offering ? Choose(offering, resting.Contains, Random.Shared.NextDouble()) : null;
    }

    /// <summary>The account of this name; null when there is none.</summary>
    public IImageProvider? Named(string name) => providers.FirstOrDefault(provider => provider.Name == name);

    /// <summary>Whether an account that does not rest has the model as well.</summary>
    public bool HasAnother(ImageModel model) => Offering(model).Any(provider => !resting.Contains(provider.Name));

    private IReadOnlyList<IImageProvider> Offering(ImageModel model) =>
        [.. providers.Where(provider => provider.Models.Any(offered => offered.Name == model.Name))];

    /// <summary>By weight, one that does not rest if there is one. Pure.</summary>
    /// <param name="chance">0 to 1.</param>
    internal static IImageProvider Choose(IReadOnlyList<IImageProvider> offering, Func<string, bool> rests, double chance)
    {
        var able = offering.Where(provider => !rests(provider.Name)).ToList();
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
