using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>blend_images</c>.</summary>
[McpServerToolType]
internal sealed class BlendImages(JobCalls calls)
{
    [McpServerTool(
        Name = "blend_images", Title = "Blend images",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Mixes two to five pictures into new ones, without a prompt. Each picture is a web address, a job id, or mj://images/{id}.
        Returns a job's id at once; then wait_for_job or get_job_status, as after generate_image.
        """)]
    public Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("Two to five pictures: web addresses, job ids, or mj://images/{id}. Never base64.")]
        [MinLength(2), MaxLength(5)] string[] images,
        [Description("The form of the result; square when left out.")]
        [AllowedValues("portrait", "square", "landscape")] string? dimensions = null,
        [Description("relax is cheap and slow, turbo dear and quick. Leave out for the account's own.")]
        [AllowedValues("relax", "fast", "turbo")] string? speed = null,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default) =>
        calls.StartAsync(
            call, progress, "blend", new() { Images = [.. images.Select(ToolNames.Input)], Dimensions = dimensions, Speed = speed },
            wait_seconds, cancellationToken);
}
