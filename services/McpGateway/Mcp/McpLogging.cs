using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// The SDK logs each refused request and each client that leaves as a failure of the server, with a stack. They are neither: an agent's typing
/// errors must not fill the log. (A JsonException that gets so far is one: parameters of the wrong shape.) What is really unexpected stays as
/// loud as it is.
/// </summary>
internal sealed class McpLogging(ILoggerFactory loggers) : ILoggerFactory
{
    private const string Sdk = nameof(ModelContextProtocol) + ".";

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(Sdk, StringComparison.Ordinal) ? new Softened(loggers.CreateLogger(categoryName)) : loggers.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The factory is the host's.
    }

    private sealed class Softened(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is McpException or OperationCanceledException or InputRequiredException or JsonException && logLevel > LogLevel.Debug)
                logLevel = LogLevel.Debug;
            if (logger.IsEnabled(logLevel))
                logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
