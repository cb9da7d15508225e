using MjAspire.JobService.Providers;

namespace MjAspire.JobService.Querying;

/// <summary>A model on the wire.</summary>
internal sealed record ModelResource(string Name, string Engine, IReadOnlyList<string> Operations, int LongestPrompt, bool TakesSeed, bool IsDefault, string Description);

/// <summary><c>GET /api/models</c>: what can be asked for.</summary>
internal static class ListModels
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/models", Handle);

    private static ModelPage Handle(ModelCatalogue catalogue) => new([.. catalogue.Models.Select(model => new ModelResource(
        model.Name, model.Engine, model.Operations, model.LongestPrompt, model.TakesSeed, model == catalogue.Default, model.Description))]);

    private sealed record ModelPage(IReadOnlyList<ModelResource> Models);
}
