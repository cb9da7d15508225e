namespace MjAspire.JobService.Providers.Midjourney;

/// <summary>Section <c>Midjourney</c>: the midjourney-proxy-compatible relay.</summary>
internal sealed class MidjourneyOptions : EngineOptions
{
    private static readonly string[] Nobodys = ["0"];

    /// <summary>The relay's address, without <c>/mj</c>. Without one there is no Midjourney.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Sent as <c>mj-api-secret</c>. The environment variable MIDJOURNEY_API_KEY wins for the first account.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>How follow-ups are asked for.</summary>
    public MidjourneyDialect Dialect { get; set; } = MidjourneyDialect.Auto;

    public override bool IsSetUp => BaseUrl is not null;

    public override string Key { get => ApiKey; set => ApiKey = value; }

    public override void Configure(HttpClient http)
    {
        http.BaseAddress = Folder(BaseUrl!);
        http.MaxResponseContentBufferSize = MidjourneyProvider.LongestAnswer;
    }

    public override void Authorize(HttpRequestMessage request, string key) => request.Headers.Add("mj-api-secret", key);

    /// <summary>About a task nobody has.</summary>
    public override HttpRequestMessage HarmlessQuestion() =>
        new(HttpMethod.Post, "mj/task/list-by-condition") { Content = JsonContent.Create(new { ids = Nobodys }) };
}

/// <summary>The two ways relays take follow-ups.</summary>
internal enum MidjourneyDialect
{
    /// <summary>By button where the parent has buttons, else by index.</summary>
    Auto,

    /// <summary>By button only: <c>mj/submit/action</c>.</summary>
    Action,

    /// <summary>By index only: <c>mj/submit/change</c>.</summary>
    Change,
}
