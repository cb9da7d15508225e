using System.ComponentModel;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Resources;

/// <summary>What a client can read without a tool: <c>mj://jobs/{id}</c> and <c>mj://images/{id}</c>.</summary>
[McpServerResourceType]
internal sealed class ProductResources(JobsClient jobs, ImagesClient images)
{
    private const int Width = 1_024;

    /// <summary>Bytes; base64 keeps it below the megabyte at which clients cap.</summary>
    private const int Largest = 700 << 10;

    /// <summary>The bytes of an id never change.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    [McpServerResource(UriTemplate = "mj://jobs/{id}", Name = "job", Title = "A job", MimeType = "application/json")]
    [Description("A job in full: what was asked, how far it is, its pictures with links, its history. Can be subscribed to.")]
    public Task<ReadResourceResult> JobAsync(RequestContext<ReadResourceRequestParams> request, string id, CancellationToken cancellationToken) =>
        ResourceRefusals.GuardAsync(request, async owner =>
        {
            var job = await jobs.GetRawAsync(owner, ToolNames.Job(id), includeHistory: true, cancellationToken);
            return new ReadResourceResult
            {
                Contents = [new TextResourceContents { Uri = request.Params!.Uri, MimeType = "application/json", Text = job.ToJsonString(ToolAnswers.Json) }],
                TimeToLive = TimeSpan.Zero,
                CacheScope = CacheScope.Private,
            };
        });

    [McpServerResource(UriTemplate = "mj://images/{id}", Name = "image", Title = "A picture", MimeType = "image/jpeg")]
    [Description("A finished picture, at most 1,024 pixels wide; and what it is, with the link to the full one.")]
    public Task<ReadResourceResult> ImageAsync(RequestContext<ReadResourceRequestParams> request, string id, CancellationToken cancellationToken) =>
        ResourceRefusals.GuardAsync(request, async owner =>
        {
            var image = await images.GetAsync(owner, ToolNames.Image(id), cancellationToken);
            var small = await images.GetSmallAsync(owner, image.ImageId, Width, Largest, cancellationToken);
            return new ReadResourceResult
            {
                Contents = [.. Contents(request.Params!.Uri, image, small)],
                TimeToLive = small is null ? TimeSpan.Zero : Forever,
                CacheScope = CacheScope.Private,
            };
        });

    private static IEnumerable<ResourceContents> Contents(string uri, StoredImage image, Picture? small)
    {
        if (small is not null)
            yield return BlobResourceContents.FromBytes(small.Bytes, uri, small.MediaType);

        var text = new JsonObject
        {
            ["image_id"] = image.ImageId,
            ["job_id"] = image.JobId,
            ["index"] = image.Index,
            ["operation"] = image.Operation,
            ["prompt"] = image.Prompt,
            ["mime_type"] = image.MediaType,
            ["width"] = image.Width,
            ["height"] = image.Height,
            ["url"] = image.DownloadUrl?.OriginalString,
        };
        yield return new TextResourceContents { Uri = uri, MimeType = "application/json", Text = text.ToJsonString(ToolAnswers.Json) };
    }
}
