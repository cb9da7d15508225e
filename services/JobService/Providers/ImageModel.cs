namespace MjAspire.JobService.Providers;

/// <summary>A model in the catalogue.</summary>
/// <param name="Name">What users call it, <c>flux-schnell</c>.</param>
/// <param name="Engine">The provider that has it.</param>
/// <param name="ProviderModel">What the provider calls it.</param>
/// <param name="Operations">What it can be asked to do.</param>
/// <param name="LongestPrompt">In characters.</param>
/// <param name="Description">For people and agents who choose.</param>
internal sealed record ImageModel(
    string Name, string Engine, string ProviderModel, IReadOnlyList<string> Operations, int LongestPrompt, string Description)
{
    /// <summary>Whether it can be told what to draw its noise from.</summary>
    public bool TakesSeed { get; init; }
}
