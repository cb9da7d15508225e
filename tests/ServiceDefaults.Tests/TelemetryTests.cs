using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MjAspire.Testing;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MjAspire.ServiceDefaults.Tests;

/// <summary>What would be exported, and what would not.</summary>
public sealed class TelemetryTests
{
    private const string Nobody = "http://127.0.0.1:9";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_servers_span_has_its_routes_name_and_no_query()
    {
        await using var service = await Service.StartAsync(app => app.MapGet("/things/{id}", (string id) => id));

        await service.Http.GetAsync("/things/7?s3cret", Cancelled);

        var span = await service.SpanAsync("GET /things/{id}");
        Assert.Equal(("/things/{id}", 200), (span.GetTagItem("http.route"), span.GetTagItem("http.response.status_code")));
        Assert.DoesNotContain("s3cret", string.Join(' ', span.TagObjects), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_are_in_no_trace()
    {
        await using var service = await Service.StartAsync(app => app.MapGet("/last", () => "last"));

        await service.Http.GetAsync("/health", Cancelled);
        await service.Http.GetAsync("/alive", Cancelled);
        await service.Http.GetAsync("/last", Cancelled);

        await service.SpanAsync("GET /last");
        Assert.DoesNotContain(service.Recorded, span => span.DisplayName.Contains("/health", StringComparison.Ordinal) || span.DisplayName.Contains("/alive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_strangers_address_a_clients_span_shows_the_host_only()
    {
        await using var service = await Service.StartAsync(app => app.MapPost("/api/webhooks/{id}/{token}", () => Results.Ok()));
        using var http = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient("strangers");

        using var answer = await http.PostAsync(new Uri(service.Address, "/api/webhooks/1/s3cret?also=s3cret"), content: null, Cancelled);

        Assert.True(answer.IsSuccessStatusCode);
        var span = await service.SpanAsync("POST", ActivityKind.Client);
        Assert.Equal(service.Address.GetLeftPart(UriPartial.Authority), span.GetTagItem("url.full"));
        Assert.DoesNotContain("s3cret", string.Join(' ', span.TagObjects), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Nothing_is_registered_where_nothing_is_exported(string? endpoint)
    {
        await using var service = await Service.StartAsync(_ => { }, endpoint);

        Assert.Null(service.Services.GetService<TracerProvider>());
        Assert.Null(service.Services.GetService<MeterProvider>());
        Assert.DoesNotContain(service.Services.GetServices<ILoggerProvider>(), provider => provider.GetType().Namespace!.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    /// <summary>A service with the defaults alone, and what it would send.</summary>
    private sealed class Service : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly Recorder _recorder;

        private Service(WebApplication app, Recorder recorder)
        {
            (_app, _recorder) = (app, recorder);
            Address = new Uri(app.Urls.First());
            Http = new HttpClient { BaseAddress = Address };
        }

        public Uri Address { get; }

        public HttpClient Http { get; }

        public IServiceProvider Services => _app.Services;

        public IEnumerable<Activity> Recorded => _recorder.Ended;

        public static async Task<Service> StartAsync(Action<WebApplication> map, string? endpoint = Nobody)
        {
            var recorder = new Recorder();
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Internal:Key"] = "a key for the tests only",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
                ["Outbound:AllowedNetworks"] = "127.0.0.0/8",
            });
            builder.AddServiceDefaults();
            builder.Services.AddGuardedHttpClient("strangers");
            if (endpoint == Nobody)
                builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(recorder));
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            app.UseServiceDefaults();
            map(app);
            await app.StartAsync(Cancelled);
            return new(app, recorder);
        }

        public Task<Activity> SpanAsync(string name, ActivityKind kind = ActivityKind.Server) => Eventually.GetAsync(
            () => Task.FromResult(Recorded.FirstOrDefault(span => span.DisplayName == name && span.Kind == kind)), $"the span {name} to end");

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await _app.DisposeAsync();
        }
    }

    private sealed class Recorder : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Ended { get; } = [];

        public override void OnEnd(Activity data)
        {
            if (data.Recorded)
                Ended.Enqueue(data);
        }
    }
}
