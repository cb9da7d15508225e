using MjAspire.JobService.Creating;

namespace MjAspire.JobService.Providers;

/// <summary>All models of all providers that are set up. The first is the default, unless <c>Models:Default</c> names another.</summary>
internal sealed class ModelCatalogue
{
    public ModelCatalogue(IEnumerable<IImageProvider> providers, IConfiguration configuration)
    {
        Models = [.. providers.SelectMany(provider => provider.Models).DistinctBy(model => model.Name)];
        if (Models.Count == 0)
            throw new InvalidOperationException("No image provider is set up: Midjourney:BaseUrl, WorkersAi:AccountId or OpenAi:BaseUrl.");
        var name = configuration["Models:Default"];
        Default = name is null ? Models[0] : Find(name)
            ?? throw new InvalidOperationException($"Models:Default names '{name}', which none of the providers has: {Names}.");
    }

    public IReadOnlyList<ImageModel> Models { get; }

    public ImageModel Default { get; }

    public string Names => string.Join(", ", Models.Select(model => model.Name));

    /// <summary>What is wrong with asking this of the model named, if anything: an <c>E_*</c> code and a sentence.</summary>
    public (string Code, string Detail)? Problem(ImageRequest request, Operation operation) => Find(request.Model) switch
    {
        null => ("E_UNKNOWN_MODEL", $"There is no such model. Known: {Names}."),
        _ when operation.NeedsParent && request.Model is null => null, // the engine that drew the parent goes on
        var model when !model.Operations.Contains(operation.Name) =>
            ("E_UNKNOWN_OPERATION", $"{model.Name} cannot {operation.Name}. It can: {string.Join(", ", model.Operations)}."),
        { TakesSeed: false } model when request.Seed is not null => ("E_UNKNOWN_ARGUMENT", $"{model.Name} takes no seed."),
        var model when request.Prompt?.Length > model.LongestPrompt =>
            ("E_PROMPT_TOO_LONG", $"The prompt has {request.Prompt.Length:N0} characters; {model.LongestPrompt:N0} is the most for {model.Name}."),
        _ => null,
    };

    /// <summary>The model of this name, the default without one; null when there is none.</summary>
    public ImageModel? Find(string? name) => name is null ? Default : Models.FirstOrDefault(model => model.Name == name);
}
