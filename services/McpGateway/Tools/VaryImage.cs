using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>vary_image</c>.</summary>
[McpServerToolType]
internal sealed class VaryImage(JobCalls calls, ImagesClient images)
{
    [McpServerTool(
        Name = "vary_image", Title = "Vary an image",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Makes four new pictures like one of a finished 2x2 grid (say which with index), like a single picture (say a strength), or draws the whole
        grid's prompt once more (reroll). follow_ups of the finished job lists what it offers ('variation 1', 'variation strong', 'reroll').
        Returns a new job's id at once; then wait_for_job or get_job_status, as after generate_image.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("The finished job, by id or mj://jobs/{id}; or one of its pictures as mj://images/{id}, which says the index too.")] string job_id,
        [Description("Which of a grid's four pictures: 1 and 2 above, 3 and 4 below, from the left.")]
        [Range(1, 4)] int? index = null,
        [Description("For a single picture: how far the new ones may stray from it.")]
        [AllowedValues("subtle", "strong")] string? strength = null,
        [Description("True to draw the same prompt once more instead of varying a picture.")] bool reroll = false,
        [Description("relax is cheap and slow, turbo dear and quick. Leave out for the account's own.")]
        [AllowedValues("relax", "fast", "turbo")] string? speed = null,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default)
    {
        var (parent, part) = await ToolNames.ParentAsync(job_id, index, images, call.User!.OwnerId(), cancellationToken);
        var image = new ImageRequest { ParentJobId = parent, Speed = speed };
        return await calls.StartAsync(
            call, progress, reroll ? "reroll" : "variation",
            reroll ? image : image with { Index = strength is null ? part : null, Strength = strength },
            wait_seconds, cancellationToken);
    }
}
