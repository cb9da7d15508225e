using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Resources;

/// <summary>The list of resources, the newest pictures, and the completion of ids.</summary>
internal sealed class RecentResources(JobsClient jobs)
{
    /// <summary>The most values a completion may have.</summary>
    private const int MostValues = 100;

    private const int OnAPage = 20;
    private static readonly string[] Ratios = ["1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16", "21:9"];

    public async ValueTask<ListResourcesResult> ListAsync(RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken) =>
        await ResourceRefusals.GuardAsync(request, async owner =>
        {
            var page = await jobs.ListAsync(
                owner, new() { Status = "DONE", Kind = "image", Limit = OnAPage, Cursor = request.Params?.Cursor }, cancellationToken);
            return new ListResourcesResult
            {
                Resources = [.. page.Jobs.SelectMany(Pictures)],
                NextCursor = page.NextCursor?.ToString(),
                TimeToLive = TimeSpan.Zero,
                CacheScope = CacheScope.Private,
            };
        });

    public async ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params is not { Argument: { Name: { } name, Value: { } begun }, Ref: var reference })
            return new();

        var values = (reference, name) switch
        {
            (ResourceTemplateReference { Uri: "mj://jobs/{id}" }, "id") =>
                await RecentAsync(request, null, page => page.Jobs.Select(job => job.JobId.ToString()), cancellationToken),
            (ResourceTemplateReference { Uri: "mj://images/{id}" }, "id") =>
                await RecentAsync(
                    request, "DONE", page => page.Jobs.SelectMany(job => job.Artifacts).Select(picture => picture.ImageId?.ToString()).OfType<string>(), cancellationToken),
            (PromptReference, "aspect_ratio") => Ratios,
            _ => [],
        };
        string[] fitting = [.. values.Where(value => value.StartsWith(begun, StringComparison.OrdinalIgnoreCase))];
        return new() { Completion = new() { Values = [.. fitting.Take(MostValues)], Total = fitting.Length, HasMore = fitting.Length > MostValues } };
    }

    private Task<IEnumerable<string>> RecentAsync(
        RequestContext<CompleteRequestParams> request, string? status, Func<JobPage, IEnumerable<string>> ids, CancellationToken cancellationToken) =>
        ResourceRefusals.GuardAsync(request, async owner =>
            ids(await jobs.ListAsync(owner, new() { Status = status, Limit = MostValues }, cancellationToken)));

    private static IEnumerable<Resource> Pictures(Job job) =>
        job.Artifacts.Where(picture => picture is { ImageId: not null, Index: null }).Select(picture => new Resource
        {
            Uri = ToolNames.ImageScheme + picture.ImageId,
            Name = picture.Name ?? picture.ImageId.ToString()!,
            Title = job.Input("prompt") is { } prompt ? prompt.Length <= 80 ? prompt : prompt[..79] + "…" : job.Operation,
            Description = $"{job.Operation}, {job.CreatedAt:yyyy-MM-dd HH:mm} UTC, job {job.JobId}",
            MimeType = picture.Type,
        });
}
