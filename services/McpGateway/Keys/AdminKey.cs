namespace MjAspire.McpGateway.Keys;

/// <summary>
/// The first key, <c>Gateway:AdminKey</c>: whoever runs the system chooses it and makes the others with it. Written at every start, so that
/// another value in the configuration replaces it.
/// </summary>
internal sealed partial class AdminKey(ApiKeyTable keys, IConfiguration configuration, TimeProvider time, ILogger<AdminKey> logger)
    : IHostedService
{
    /// <summary>The administrator's pictures and endpoints belong to this owner, whatever the key's text is.</summary>
    public static readonly Guid Owner = new("00000000-0000-7000-8000-0000000000a1");

    public static readonly Guid Id = new("00000000-0000-7000-8000-0000000000a0");
    private const int ShortestText = 20;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var text = configuration["Gateway:AdminKey"];
        if (string.IsNullOrEmpty(text))
        {
            Log.NoAdminKey(logger);
            return;
        }
        if (text.Length < ShortestText)
            throw new InvalidOperationException($"Gateway:AdminKey is shorter than {ShortestText} characters; it could be guessed.");

        var key = new ApiKey { Id = Id, OwnerId = Owner, Name = "administrator", Scopes = Scopes.All };
        await keys.PutAsync(key, text, time.GetUtcNow(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Gateway:AdminKey is not set: only keys made earlier are accepted")]
        public static partial void NoAdminKey(ILogger logger);
    }
}
