using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>upscale_image</c>.</summary>
[McpServerToolType]
internal sealed class UpscaleImage(JobCalls calls, ImagesClient images)
{
    [McpServerTool(
        Name = "upscale_image", Title = "Upscale an image",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Makes one picture of a finished 2x2 grid large, or enlarges a single picture further. For a grid say which of the four with index; for a
        single picture say a strength. follow_ups of the finished job lists what it offers ('upscale 2', 'upscale subtle' ...).
        Returns a new job's id at once; then wait_for_job or get_job_status, as after generate_image.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("The finished job, by id or mj://jobs/{id}; or one of its pictures as mj://images/{id}, which says the index too.")] string job_id,
        [Description("Which of a grid's four pictures: 1 and 2 above, 3 and 4 below, from the left.")]
        [Range(1, 4)] int? index = null,
        [Description("For a single picture: subtle stays close to it, creative adds detail.")]
        [AllowedValues("subtle", "creative")] string? strength = null,
        [Description("relax is cheap and slow, turbo dear and quick. Leave out for the account's own.")]
        [AllowedValues("relax", "fast", "turbo")] string? speed = null,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default)
    {
        var (parent, part) = await ToolNames.ParentAsync(job_id, index, images, call.User!.OwnerId(), cancellationToken);
        return await calls.StartAsync(
            call, progress, "upscale", new() { ParentJobId = parent, Index = strength is null ? part : null, Strength = strength, Speed = speed },
            wait_seconds, cancellationToken);
    }
}
