using System.Net.Http.Headers;

namespace MjAspire.JobService.Providers.OpenAi;

/// <summary>
/// A server with OpenAI's image interface: one call, and its answer is the picture or a link to it.
/// <code>
/// POST v1/images/generations {"model","prompt","n":1,"size":"1024x1024"}
/// POST v1/images/edits       multipart: model, prompt, image
/// </code>
/// </summary>
internal sealed class OpenAiProvider(string name, OpenAiOptions options, IHttpClientFactory clients) : IImageProvider
{
    public const string Engine = "openai";
    private static readonly string[] Operations = ["imagine", "edit"];

    public string Name => name;

    public IReadOnlyList<ImageModel> Models { get; } =
    [
        .. options.Models.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(model => new ImageModel(model, Engine, model, Operations, 8_192, "From an OpenAI-compatible server.")),
    ];

    public int Weight => options.Weight;

    public int Concurrency => options.Concurrency;

    public async Task<SubmitOutcome> SubmitAsync(SubmitRequest submit, CancellationToken cancellationToken)
    {
        try
        {
            using var http = clients.CreateClient(name);
            using var request = submit.Job.Operation == "edit" ? Edit(submit) : Generation(submit);
            using var response = await http.SendAsync(request, cancellationToken);
            return OpenAiAnswer.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), response.StatusCode, RetryAfter.Of(response));
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return new SubmitOutcome.Busy("The provider cannot be reached.");
        }
    }

    private static HttpRequestMessage Generation(SubmitRequest submit) => new(HttpMethod.Post, "v1/images/generations")
    {
        Content = JsonContent.Create(new { model = submit.Model.ProviderModel, prompt = submit.Request.Prompt, n = 1, size = Size(submit.Request.AspectRatio) }),
    };

    private static HttpRequestMessage Edit(SubmitRequest submit)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(submit.Model.ProviderModel), "model" },
            { new StringContent(submit.Request.Prompt!), "prompt" },
        };
        foreach (var image in submit.Images)
        {
            var (type, bytes) = Parse(image);
            form.Add(new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } }, "image", $"image.{type["image/".Length..]}");
        }
        return new(HttpMethod.Post, "v1/images/edits") { Content = form };
    }

    /// <summary>The three shapes the interface knows.</summary>
    private static string Size(string? ratio) => PictureSize.Of(ratio, 1_024, 64) switch
    {
        var (width, height) when width > height => "1536x1024",
        var (width, height) when width < height => "1024x1536",
        _ => "1024x1024",
    };

    /// <summary><c>data:image/png;base64,...</c></summary>
    private static (string Type, byte[] Bytes) Parse(string dataUrl)
    {
        var comma = dataUrl.IndexOf(',', StringComparison.Ordinal);
        return (dataUrl["data:".Length..dataUrl.IndexOf(';', StringComparison.Ordinal)], Convert.FromBase64String(dataUrl[(comma + 1)..]));
    }
}
