using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Receiving;

internal static class ReceivingFeature
{
    /// <summary>A prompt of 8,192 characters, each of them escaped, and the rest.</summary>
    private const int LongestHeaders = 64 * 1024;

    public static WebApplicationBuilder AddReceiving(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders);
        builder.Services.AddSingleton<ReceiveImage>();
        return builder;
    }

    public static void MapReceiving(this WebApplication app)
    {
        var receive = app.Services.GetRequiredService<ReceiveImage>();
        app.MapGroup("/images").RequireInternalKey()
            .MapPost("", (Caller caller, HttpRequest request, CancellationToken cancellationToken) => receive.ReceiveAsync(caller, request, cancellationToken))
            .WithMetadata(new NoSizeLimit());
    }

    /// <summary>The check has a limit of its own, with a code of its own.</summary>
    private sealed class NoSizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
