using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Images;
using MjAspire.McpGateway.Jobs;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tools;

/// <summary>Turns a job into what an agent reads: structure for programs, text for models, links for clients that open them.</summary>
internal static class JobReporting
{
    private const int SoonestPoll = 2, LatestPoll = 15;

    /// <param name="job">The job.</param>
    /// <param name="now">For when to ask again.</param>
    /// <param name="batch">The jobs that were made together with it, it among them.</param>
    public static CallToolResult Result(Job job, DateTimeOffset now, IReadOnlyList<Guid>? batch = null)
    {
        var report = Report(job, now) with { Batch = batch };
        return ToolAnswers.Success(report, Content(report));
    }

    public static JobReport Report(Job job, DateTimeOffset now)
    {
        var state = StateOf(job.Status);
        var report = new JobReport
        {
            JobId = job.JobId,
            Operation = job.Operation,
            Status = state,
            Progress = state is JobState.Completed ? 100 : (int)Math.Clamp(job.Progress?.Percentage ?? 0, 0, 100),
            Step = job.IsFinal ? null : job.Progress?.CurrentStep,
            Message = "",
            Images = Images(job),
            Texts = Texts(job),
            Question = state is JobState.NeedsInput ? job.Progress?.Message ?? "An answer is wanted." : null,
            FollowUps = state is JobState.Completed && job.FollowUps.Count > 0 ? job.FollowUps : null,
            Error = state is JobState.Failed ? Reason(job) : null,
            NextPollSeconds = NextPoll(job, now),
        };
        return report with { Message = Describe(job, report) };
    }

    /// <summary>The text repeats what the structure says, for clients that show a model nothing else.</summary>
    public static IEnumerable<ContentBlock> Content(JobReport report)
    {
        var text = new StringBuilder(report.Message);
        foreach (var image in report.Images)
            text.Append(CultureInfo.InvariantCulture, $"\n- {Title(image)}: {image.Url?.OriginalString ?? ToolNames.ImageScheme + image.ImageId}");
        foreach (var words in report.Texts ?? [])
            text.Append(CultureInfo.InvariantCulture, $"\n- {words}");
        if (report.Batch is { } batch)
            text.Append(CultureInfo.InvariantCulture, $"\nThe jobs of this batch: {string.Join(", ", batch)}. Follow each.");

        return [new TextContentBlock { Text = text.ToString() }, .. report.Images.Select(Link).OfType<ContentBlock>()];
    }

    public static ResourceLinkBlock? Link(ReportedImage image) => image.Url is not { } url ? null : new()
    {
        Uri = url.OriginalString,
        Name = image.ImageId.ToString(),
        Title = Title(image),
        MimeType = image.MimeType,
    };

    public static IReadOnlyList<ReportedImage> Images(Job job)
    {
        var format = job.Input("format") is { } wanted && PictureFormats.All.Contains(wanted, StringComparer.Ordinal) ? wanted : null;
        return [.. job.Artifacts.Where(picture => picture.ImageId is not null).OrderBy(picture => picture.Index ?? 0).Select(picture => Image(picture, format))];
    }

    /// <summary>What a client shows while a call waits.</summary>
    public static ProgressNotificationValue Progress(JobReport report) =>
        new() { Progress = report.Progress, Total = 100, Message = report.Step ?? report.Message };

    public static JobState StateOf(JobStatus status) => status switch
    {
        JobStatus.Pending => JobState.Pending,
        JobStatus.Running => JobState.Processing,
        JobStatus.NeedsInput => JobState.NeedsInput,
        JobStatus.Done => JobState.Completed,
        JobStatus.Failed => JobState.Failed,
        JobStatus.Cancelled => JobState.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>A quarter of the job's age: a quick job is found quickly, a long one is left in peace, none is found much late.</summary>
    private static int? NextPoll(Job job, DateTimeOffset now) =>
        job.IsFinal ? null : (int)Math.Clamp((now - job.CreatedAt).TotalSeconds / 4, SoonestPoll, LatestPoll);

    private static string Describe(Job job, JobReport report) => report.Status switch
    {
        JobState.Pending => $"The job {job.JobId} waits for its turn. Call get_job_status again in {report.NextPollSeconds} seconds.",
        JobState.Processing =>
            $"{job.Progress?.Message ?? "The picture is being made."} Call get_job_status with job_id {job.JobId} again in {report.NextPollSeconds} seconds.",
        JobState.NeedsInput => $"The job {job.JobId} waits for an answer: {report.Question} Give it with answer_job.",
        JobState.Completed when report.Texts is not null => "The words are ready.",
        JobState.Completed when report.Images.Count == 0 => "The job is completed.",
        JobState.Completed => $"The picture is ready.{FollowUps(report)}",
        JobState.Cancelled => "The job was cancelled; there is no result.",
        JobState.Failed => $"The job failed ({report.Error!.Code}): {report.Error.Message} It will not be tried again by itself.",
        _ => throw new ArgumentOutOfRangeException(nameof(job), report.Status, null),
    };

    private static string FollowUps(JobReport report) => report.FollowUps is { } offers
        ? $" It offers {string.Join(", ", offers)}: call upscale_image, vary_image or edit_image with job_id {report.JobId}."
        : "";

    private static ToolError Reason(Job job) => new(job.Error?.Code ?? "E_JOB_FAILED", job.Error?.Message ?? "No reason was given.");

    /// <summary><code>{"texts":["...","..."]}</code></summary>
    private static IReadOnlyList<string>? Texts(Job job) =>
        job.Result?["texts"] is JsonArray texts
            ? [.. texts.OfType<JsonValue>().Where(text => text.GetValueKind() == JsonValueKind.String).Select(text => (string)text!)]
            : null;

    private static ReportedImage Image(JobPicture picture, string? format) => new()
    {
        ImageId = picture.ImageId!.Value,
        Url = format is null ? picture.DownloadUrl : picture.DownloadUrl?.In(format),
        Width = picture.Width,
        Height = picture.Height,
        Index = picture.Index,
        ParentImageId = picture.ParentImageId,
        MimeType = format is null ? picture.Type : PictureFormats.MediaType(format),
    };

    private static string Title(ReportedImage image) => (image.Index, image.ParentImageId) switch
    {
        ({ } index, _) => $"Part {index} of 4",
        (_, { }) => "Picture",
        _ => "Whole picture",
    };
}
