
namespace MjAspire.JobService.Providers.WorkersAi;

/// <summary>Cloudflare Workers AI: one call, and its answer is the picture.</summary>
internal sealed class WorkersAiProvider(string name, WorkersAiOptions options, IHttpClientFactory clients) : IImageProvider
{
    public const string Engine = "workers-ai";

    public string Name => name;

    public IReadOnlyList<ImageModel> Models => WorkersAiModels.All;

    public int Weight => options.Weight;

    public int Concurrency => options.Concurrency;

    public async Task<SubmitOutcome> SubmitAsync(SubmitRequest submit, CancellationToken cancellationToken)
    {
        var model = submit.Model;
        var path = $"client/v4/accounts/{Uri.EscapeDataString(options.AccountId)}/ai/run/{model.ProviderModel}";
        try
        {
            using var http = clients.CreateClient(name);
            using var response = await http.PostAsJsonAsync(path, WorkersAiModels.Body(model, submit.Request), cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);

            // SDXL answers with the bytes themselves, FLUX with JSON around base64, errors with JSON.
            return response.Content.Headers.ContentType?.MediaType?.StartsWith("image/", StringComparison.Ordinal) == true && response.IsSuccessStatusCode
                ? new SubmitOutcome.Pictures([body])
                : WorkersAiAnswer.Read(body, response.StatusCode, RetryAfter.Of(response));
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return new SubmitOutcome.Busy("The provider cannot be reached.");
        }
    }
}
