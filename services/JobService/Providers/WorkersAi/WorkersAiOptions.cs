namespace MjAspire.JobService.Providers.WorkersAi;

/// <summary>Section <c>WorkersAi</c>: Cloudflare Workers AI. Without an account there is none.</summary>
internal sealed class WorkersAiOptions : EngineOptions
{
    public WorkersAiOptions() => TimeoutSeconds = 60;

    public Uri BaseUrl { get; set; } = new("https://api.cloudflare.com");

    public string AccountId { get; set; } = "";

    /// <summary>Sent as a bearer token. The environment variable WORKERS_AI_API_TOKEN wins for the first account.</summary>
    public string ApiToken { get; set; } = "";

    public override bool IsSetUp => AccountId.Length > 0;

    public override string Key { get => ApiToken; set => ApiToken = value; }

    public override void Configure(HttpClient http)
    {
        http.BaseAddress = Folder(BaseUrl);
        http.MaxResponseContentBufferSize = Registration.LargestPicture;
    }

    public override void Authorize(HttpRequestMessage request, string key) => request.Headers.Authorization = new("Bearer", key);

    public override HttpRequestMessage HarmlessQuestion() =>
        new(HttpMethod.Get, $"client/v4/accounts/{Uri.EscapeDataString(AccountId)}/ai/models/search?per_page=1");
}
