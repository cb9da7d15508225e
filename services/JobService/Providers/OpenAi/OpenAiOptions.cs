namespace MjAspire.JobService.Providers.OpenAi;

/// <summary>Section <c>OpenAi</c>: any server with OpenAI's image interface. Without an address there is none.</summary>
internal sealed class OpenAiOptions : EngineOptions
{
    public OpenAiOptions() => TimeoutSeconds = 100;

    /// <summary>Without <c>/v1</c>.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Sent as a bearer token. The environment variable OPENAI_API_KEY wins for the first account.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The server's models, separated by commas, by the names it knows.</summary>
    public string Models { get; set; } = "gpt-image-1";

    public override bool IsSetUp => BaseUrl is not null;

    public override string Key { get => ApiKey; set => ApiKey = value; }

    public override void Configure(HttpClient http)
    {
        http.BaseAddress = Folder(BaseUrl!);
        http.MaxResponseContentBufferSize = Registration.LargestPicture;
    }

    public override void Authorize(HttpRequestMessage request, string key) => request.Headers.Authorization = new("Bearer", key);

    public override HttpRequestMessage HarmlessQuestion() => new(HttpMethod.Get, "v1/models");
}
