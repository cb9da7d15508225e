using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>edit_image</c>.</summary>
[McpServerToolType]
internal sealed class EditImage(JobCalls calls, ImagesClient images)
{
    [McpServerTool(
        Name = "edit_image", Title = "Edit an image",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Changes a picture. action says how:
        - edit (the default): redraws any picture as the prompt says. image may be a web address, a job id, or mj://images/{id}.
        - zoom: shows more around the picture; factor 1.5 or 2. - pan: extends it to one side; direction. - inpaint: redraws a part of it; the job
        then asks (status needs_input) for a prompt and a mask, which answer_job gives.
        zoom, pan and inpaint go on from a finished job that offers them in its follow_ups, usually an upscaled picture: give its job id as image.
        Returns a new job's id at once; then wait_for_job or get_job_status, as after generate_image.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("The picture: a web address (edit only), a job id, mj://jobs/{id} or mj://images/{id}. Never base64.")] string image,
        [Description("What to do with it.")]
        [AllowedValues("edit", "zoom", "pan", "inpaint")] string action = "edit",
        [Description("For edit, and needed there: what the picture is to become.")]
        [StringLength(JobCalls.LongestPrompt)] string? prompt = null,
        [Description("For zoom: 1.5 or 2 (the default).")] double? factor = null,
        [Description("For pan, and needed there: the side that grows.")]
        [AllowedValues("left", "right", "up", "down")] string? direction = null,
        [Description("relax is cheap and slow, turbo dear and quick. Leave out for the account's own.")]
        [AllowedValues("relax", "fast", "turbo")] string? speed = null,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default)
    {
        var request = new ImageRequest { Prompt = action == "edit" ? prompt ?? "" : prompt, Speed = speed };
        if (action == "edit")
            return await calls.StartAsync(call, progress, action, request with { Images = [ToolNames.Input(image)] }, wait_seconds, cancellationToken);

        var (parent, _) = await ToolNames.ParentAsync(image, null, images, call.User!.OwnerId(), cancellationToken);
        return await calls.StartAsync(
            call, progress, action,
            request with { ParentJobId = parent, Factor = action == "zoom" ? factor ?? 2 : null, Direction = action == "pan" ? direction : null },
            wait_seconds, cancellationToken);
    }
}
