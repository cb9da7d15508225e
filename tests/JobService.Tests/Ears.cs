using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MjAspire.JobService.Tests;

/// <summary>Hears all that is logged and traced, word for word.</summary>
internal sealed class Ears : ILoggerProvider
{
    private readonly ActivityListener _spans;

    public Ears()
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Heard.Enqueue($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Baggage)} "
                + string.Join(' ', span.Events.SelectMany(happening => happening.Tags))),
        };
        ActivitySource.AddActivityListener(_spans);
    }

    public ConcurrentQueue<string> Heard { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Ear(Heard);

    public void Dispose() => _spans.Dispose();

    private sealed class Ear(ConcurrentQueue<string> heard) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            heard.Enqueue(Text(state));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            heard.Enqueue($"{formatter(state, exception)} {Text(state)} {exception}");

        private static string Text(object? state) =>
            state is IEnumerable<KeyValuePair<string, object?>> parts ? string.Join(' ', parts) : $"{state}";
    }
}
