using MjAspire.JobService.Creating;

namespace MjAspire.JobService.Providers.WorkersAi;

/// <summary>The models, and what each wants to be asked. Source: developers.cloudflare.com/workers-ai/models.</summary>
internal static class WorkersAiModels
{
    private const string Flux = "@cf/black-forest-labs/flux-1-schnell";
    private static readonly string[] Imagine = ["imagine"];

    public static readonly IReadOnlyList<ImageModel> All =
    [
        new("flux-schnell", WorkersAiProvider.Engine, Flux, Imagine, 2_048, "FLUX.1 schnell: quick, follows words closely; always 1024 x 1024."),
        new("sdxl-lightning", WorkersAiProvider.Engine, "@cf/bytedance/stable-diffusion-xl-lightning", Imagine, 2_048,
            "Stable Diffusion XL Lightning: very quick; any aspect ratio, negative prompts.") { TakesSeed = true },
        new("sdxl-base", WorkersAiProvider.Engine, "@cf/stabilityai/stable-diffusion-xl-base-1.0", Imagine, 2_048,
            "Stable Diffusion XL: more detail, slower; any aspect ratio, negative prompts.") { TakesSeed = true },
    ];

    /// <summary>
    /// <code>
    /// flux   {"prompt":"1..2048","steps":4}                                   no other members are allowed
    /// sdxl   {"prompt":"...","negative_prompt":"...","width":1024,"height":1024,"seed":7}   256 to 2048 each
    /// </code>
    /// </summary>
    public static Dictionary<string, object?> Body(ImageModel model, ImageRequest request)
    {
        if (model.ProviderModel == Flux)
            return new() { ["prompt"] = request.Prompt, ["steps"] = 4 };

        var (width, height) = PictureSize.Of(request.AspectRatio, 1_024, 64);
        var body = new Dictionary<string, object?>(StringComparer.Ordinal) { ["prompt"] = request.Prompt, ["width"] = width, ["height"] = height };
        if (!string.IsNullOrWhiteSpace(request.NegativePrompt))
            body["negative_prompt"] = request.NegativePrompt;
        if (request.Seed is not null)
            body["seed"] = request.Seed;
        return body;
    }
}
