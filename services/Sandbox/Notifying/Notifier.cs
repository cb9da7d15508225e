using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Notifying;

/// <summary>
/// Calls a task's <c>notifyHook</c> the way the real proxies do: unsigned, once, from memory, whatever the answer.
/// The hook's address may be a secret and is never logged.
/// </summary>
internal sealed partial class Notifier(IOptions<JsonOptions> json, ILogger<Notifier> logger) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A provider out there knows nothing of our trace: no traceparent, and no client span that would start a trace of its own.
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
        UseProxy = false,
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Tells the hook of these, one after the other, after what was told before.</summary>
    public async Task TellAsync(SandboxTask task, IReadOnlyList<TaskView> views, Task before, CancellationToken stopping)
    {
        await before;
        if (task.Hook is not { } hook)
            return;
        foreach (var view in views)
            await TellAsync(task, hook, view, stopping);
    }

    private async Task TellAsync(SandboxTask task, string hook, TaskView view, CancellationToken stopping)
    {
        try
        {
            using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(view, json.Value.SerializerOptions));
            body.Headers.ContentType = new("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, hook) { Content = body };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            if (!response.IsSuccessStatusCode)
                Log.Refused(logger, task.Id, view.Status, view.Progress, (int)response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            Log.Lost(logger, task.Id, view.Status, view.Progress, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The hook of task {TaskId} answered {StatusCode} to {Status} {Progress}; it is not told again")]
        public static partial void Refused(ILogger logger, string taskId, string status, string progress, int statusCode);

        [LoggerMessage(2, LogLevel.Warning, "The hook of task {TaskId} could not be told of {Status} {Progress}: {Reason}; it is not told again")]
        public static partial void Lost(ILogger logger, string taskId, string status, string progress, string reason);
    }
}
