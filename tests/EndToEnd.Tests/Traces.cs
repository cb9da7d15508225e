using System.Text.Json.Nodes;

namespace MjAspire.EndToEnd.Tests;

/// <summary>One trace as the dashboard tells it, in OTLP's JSON: <c>{"data":{"resourceSpans":[{"resource":…,"scopeSpans":[{"spans":[…]}]}]}}</c>.</summary>
internal sealed record Trace(string Id, IReadOnlyList<Span> Spans, string Json)
{
    public IReadOnlySet<string> Services => Spans.Select(span => span.Service).ToHashSet(StringComparer.Ordinal);

    public IEnumerable<Span> Roots => Spans.Where(span => span.ParentId.Length == 0);

    /// <summary>Spans whose parent is missing: breaks in the tree.</summary>
    public IEnumerable<Span> Orphans => Spans.Where(span => span.ParentId.Length > 0 && Spans.All(other => other.Id != span.ParentId));

    public bool Has(string service, string name) =>
        Spans.Any(span => span.Service == service && span.Name.Contains(name, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => string.Join('\n', Spans.Select(span => $"{span.Service}: {span.Name} ({span.Id} < {span.ParentId})"));
}

/// <summary>One span.</summary>
internal sealed record Span(string TraceId, string Id, string ParentId, string Service, string Name, string Json);

/// <summary>The dashboard's telemetry.</summary>
internal static class Traces
{
    /// <summary>The trace in which this job was called back; null when there is none yet.</summary>
    public static async Task<Trace?> FindAsync(Uri dashboard, string jobId, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = dashboard };
        var text = await http.GetStringAsync("/api/telemetry/traces?limit=10000", cancellationToken);
        var spans = (
            from resource in JsonNode.Parse(text)!["data"]!["resourceSpans"]!.AsArray()
            let service = resource["resource"]!["attributes"]!.AsArray().First(a => a!["key"]!.GetValue<string>() == "service.name")!["value"]!["stringValue"]!.GetValue<string>()
            from scope in resource["scopeSpans"]!.AsArray()
            from span in scope!["spans"]!.AsArray()
            select new Span(
                span["traceId"]!.GetValue<string>(), span["spanId"]!.GetValue<string>(), span["parentSpanId"]?.GetValue<string>() ?? "", service,
                span["name"]!.GetValue<string>(), span.ToJsonString())).ToList();

        // The callback's span names the job it is about; questions about the job's status are traces of their own.
        return spans.FirstOrDefault(span => span.Service == "webhook-ingress" && span.Json.Contains(jobId, StringComparison.OrdinalIgnoreCase)) is { } one
            ? new(one.TraceId, [.. spans.Where(span => span.TraceId == one.TraceId)], string.Concat(spans.Where(span => span.TraceId == one.TraceId).Select(span => span.Json)))
            : null;
    }
}
