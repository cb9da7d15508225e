using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>A tool call and what it asks of other services are one trace.</summary>
public sealed class TraceTests(Gateway gateway) : IClassFixture<Gateway>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_call_reaches_the_job_service_in_the_callers_trace(bool oldEra)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Experimental.ModelContextProtocol" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        var trace = ActivityTraceId.CreateRandom();
        var rpc = oldEra
            ? Rpc.Handshake("tools/call", new() { ["name"] = "generate_image", ["arguments"] = new JsonObject { ["prompt"] = "x" } })
            : Rpc.Call("generate_image", new() { ["prompt"] = "x" });
        rpc.Headers["traceparent"] = $"00-{trace}-{ActivitySpanId.CreateRandom()}-01";
        gateway.Stub.Requests.Clear();
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null })
        {
            BaseAddress = gateway.Address,
            DefaultRequestHeaders = { { "X-Api-Key", Gateway.AdminKey } },
        };
        await rpc.SendAsync(http);

        Assert.Contains(trace.ToString(), Assert.Single(gateway.Stub.Requests).Headers["traceparent"], StringComparison.Ordinal);

        await Eventually.TrueAsync(() => Of("Microsoft.AspNetCore").Any(span => span.DisplayName == "POST /mcp"), "the server's span");
        var tool = Assert.Single(Of("Experimental.ModelContextProtocol"));
        Assert.Equal("tools/call generate_image", tool.DisplayName);
        Assert.Contains(Of("System.Net.Http"), span => span.ParentSpanId == tool.SpanId);

        IEnumerable<Activity> Of(string source) => spans.Where(span => span.TraceId == trace && span.Source.Name == source);
    }
}
