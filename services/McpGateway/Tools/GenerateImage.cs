using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>generate_image</c>. Its parameters' names are the wire's.</summary>
[McpServerToolType]
internal sealed class GenerateImage(JobCalls calls)
{
    [McpServerTool(
        Name = "generate_image", Title = "Generate an image",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate), StartsJob]
    [Description(
        """
        Starts making a picture from a description and returns a job id at once; a picture takes from seconds to minutes.
        Then call wait_for_job or get_job_status with the job id, after next_poll_seconds, until its status is completed: it has links to the
        picture and, for a 2x2 grid, to each of its four parts, and says what may be done with them. With wait_seconds this call stays open so
        long and may save that second call. Pictures given as images guide the new one. With count the prompt is drawn several times: batch
        then lists the jobs, each to be followed by itself.
        Each call makes a new picture and may cost money: do not call again for one that is still being made.
        """)]
    public Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        IProgress<ProgressNotificationValue> progress,
        [Description("What the picture shows: subject, surroundings, light, style, mood. Sentences or keywords; English works best.")]
        [StringLength(JobCalls.LongestPrompt, MinimumLength = 1)] string prompt,
        [Description("The image model to use, by its name in list_models. Leave out for the default.")] string? model = null,
        [Description("Width to height, such as 1:1, 16:9 or 2:3. Leave out for the model's own.")] string? aspect_ratio = null,
        [Description("What the picture must not show, such as: text, watermark, people.")]
        [StringLength(JobCalls.LongestNegativePrompt)] string? negative_prompt = null,
        [Description("Up to 5 pictures to be guided by, each a web address, a job id, or mj://images/{id}. Never base64.")]
        [MaxLength(5)] string[]? images = null,
        [Description("relax is cheap and slow, turbo dear and quick. Leave out for the account's own.")]
        [AllowedValues("relax", "fast", "turbo")] string? speed = null,
        [Description("How often to draw it, each time as a job of its own that costs as much; 1 when left out.")]
        [Range(1, JobCalls.LargestBatch)] int? count = null,
        [Description("For models that take one: with the same seed, much the same picture.")]
        [Range(0.0, uint.MaxValue)] long? seed = null,
        [Description("The format the links are to open in. Leave out for the model's own.")]
        [AllowedValues(PictureFormats.Png, PictureFormats.Jpeg, PictureFormats.Webp)] string? format = null,
        [Description("Seconds to wait for the result before returning. Leave out to return at once.")]
        [Range(0, JobWaiting.LongestSeconds)] int? wait_seconds = null,
        CancellationToken cancellationToken = default) =>
        calls.StartAsync(call, progress, "imagine", new()
        {
            Prompt = prompt,
            Model = model,
            AspectRatio = aspect_ratio,
            NegativePrompt = negative_prompt,
            Speed = speed,
            Seed = seed,
            Format = format,
            Images = images is { Length: > 0 } ? [.. images.Select(ToolNames.Input)] : null,
        }, wait_seconds, cancellationToken, count ?? 1);
}
