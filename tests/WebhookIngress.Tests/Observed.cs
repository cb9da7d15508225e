using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MjAspire.WebhookIngress.Tests;

/// <summary>Everything that is logged, with scopes and values, as text.</summary>
internal sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Lines_(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Lines_(LogLines owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel} {category}: {formatter(state, exception)} {exception}";
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
                line += $" {{{string.Join(' ', values)}}}";
            owner._scopes.ForEachScope((scope, _) =>
                line += $" [{scope} {(scope is IEnumerable<KeyValuePair<string, object?>> more ? string.Join(' ', more) : "")}]", line);
            owner.Lines.Enqueue(line);
        }
    }
}

/// <summary>Every span that ends while this is alive.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ConcurrentQueue<Activity> Ended { get; } = [];

    public IEnumerable<Activity> Of(ActivityTraceId trace) => Ended.Where(span => span.TraceId == trace);

    public static string Text(Activity span) =>
        $"{span.Source.Name} {span.OperationName} {span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} " +
        string.Join(' ', span.Events.Select(happening => $"{happening.Name} {string.Join(' ', happening.Tags)}")) + string.Join(' ', span.Baggage);

    public void Dispose() => _listener.Dispose();
}
