using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Stdio;

/// <summary>
/// MCP over stdin and stdout for clients that start a program: each line is a JSON-RPC message and goes to the running gateway's <c>/mcp</c>;
/// what it answers goes out as lines. Both eras pass through as they are. Nothing else is ever written to stdout.
/// </summary>
internal sealed class StdioBridge(GatewayLink link, TextReader input, TextWriter output, TextWriter errors) : IDisposable
{
    /// <summary>Requests under way at once; beyond it reading waits.</summary>
    private const int MostAtOnce = 64;

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _room = new(MostAtOnce);
    private readonly SemaphoreSlim _writing = new(1);

    public static async Task<int> RunAsync(string[] args)
    {
        // Whatever else writes to the console must not end up between the messages.
        var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false, NewLine = "\n" };
        Console.SetOut(Console.Error);
        try
        {
            using var link = new GatewayLink(StdioOptions.Read(args));
            using var input = new StreamReader(Console.OpenStandardInput());
            await using (output)
            {
                using var bridge = new StdioBridge(link, input, output, Console.Error);
                await bridge.RunAsync();
            }
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 64; // EX_USAGE
        }
    }

    /// <summary>Until stdin ends; what is under way then is cancelled.</summary>
    public async Task RunAsync()
    {
        using var end = new CancellationTokenSource();
        var tasks = new ConcurrentDictionary<Task, bool>();
        while (await input.ReadLineAsync(end.Token) is { } line)
        {
            if (Parse(line) is not { } message)
                continue;
            if (CancelledRequest(message) is { } id && _open.TryGetValue(id, out var open))
                await open.CancelAsync(); // the new era cancels by closing the stream, and the old one does not mind it

            await _room.WaitAsync(end.Token);
            var task = ForwardAsync(message, end.Token);
            tasks[task] = true;
            _ = task.ContinueWith(done => { _room.Release(); tasks.TryRemove(done, out _); }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

            // Opens the session whose id the next messages need; and what comes in order must go in order.
            if (message["id"] is null || (string?)message["method"] == "initialize")
                await task;
        }

        await link.EndAsync();
        await end.CancelAsync();
        await Task.WhenAll(tasks.Keys);
    }

    public void Dispose()
    {
        _room.Dispose();
        _writing.Dispose();
    }

    private async Task ForwardAsync(JsonObject message, CancellationToken cancellationToken)
    {
        var id = message["method"] is null ? null : message["id"]?.ToJsonString();
        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (id is not null)
            _open[id] = open;
        try
        {
            await foreach (var answer in link.SendAsync(message, open.Token))
                await WriteAsync(answer);
            if ((string?)message["method"] == "notifications/initialized")
                _ = ListenAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Cancelled by the client, or stdin has ended.
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            await errors.WriteLineAsync($"The gateway: {e.Message}");
            if (id is not null)
                await WriteAsync(Failure(message["id"]!, $"E_NETWORK_ERROR: {e.Message}").ToJsonString());
        }
        finally
        {
            if (id is not null)
                _open.TryRemove(id, out _);
        }
    }

    /// <summary>The session's own stream: what the server says unasked.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in link.ListenAsync(cancellationToken))
                await WriteAsync(message);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            // It is a convenience; requests are answered without it.
        }
    }

    private JsonObject? Parse(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return null;
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (System.Text.Json.JsonException e)
        {
            errors.WriteLine($"A line is not JSON: {e.Message}");
            return null;
        }
    }

    private static string? CancelledRequest(JsonObject message) =>
        message["method"] is JsonValue method && method.TryGetValue(out string? name) && name == "notifications/cancelled"
            ? (message["params"] as JsonObject)?["requestId"]?.ToJsonString()
            : null;

    private static JsonObject Failure(JsonNode id, string text) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = id.DeepClone(),
        ["error"] = new JsonObject { ["code"] = -32603, ["message"] = text },
    };

    private async Task WriteAsync(string message)
    {
        await _writing.WaitAsync();
        try
        {
            await output.WriteLineAsync(message.ReplaceLineEndings(" "));
            await output.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }
}
