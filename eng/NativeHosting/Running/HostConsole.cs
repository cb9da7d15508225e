using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Aspire.Hosting.Running;

/// <summary>The host's own messages among those of its children: one line each.</summary>
internal sealed class HostConsole() : ConsoleFormatter(Format)
{
    public const string Format = "host";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine(logEntry.LogLevel >= LogLevel.Warning ? $"{logEntry.LogLevel}: {text}" : text);
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine(exception);
    }
}
