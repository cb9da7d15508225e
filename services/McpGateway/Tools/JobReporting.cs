using System.Globalization;
using System.Text;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Jobs;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MjAspire.McpGateway.Tools;

/// <summary>Turns a job into what an agent reads: structure for programs, text for models, links for clients that open them.</summary>
internal static class JobReporting
{
    private const int SoonestPoll = 2, LatestPoll = 15;

    public static JobReport Report(Job job, DateTimeOffset now)
    {
        var state = StateOf(job.Status);
        var nextPoll = NextPoll(job, now);
        return new JobReport
        {
            JobId = job.JobId,
            Status = state,
            Progress = state is JobState.Completed ? 100 : (int)Math.Clamp(job.Progress?.Percentage ?? 0, 0, 100),
            Step = job.IsFinal ? null : job.Progress?.CurrentStep,
            Message = Describe(job, state, nextPoll),
            Images = [.. job.Artifacts.Where(picture => picture.ImageId is not null).OrderBy(picture => picture.Index ?? 0).Select(Picture)],
            Error = state is JobState.Failed ? Reason(job) : null,
            NextPollSeconds = nextPoll,
        };
    }

    /// <summary>The text repeats what the structure says, for clients that show a model nothing else.</summary>
    public static IEnumerable<ContentBlock> Content(JobReport report)
    {
        var text = new StringBuilder(report.Message);
        foreach (var image in report.Images)
            text.Append(CultureInfo.InvariantCulture, $"\n- {Title(image)}: {image.Url?.OriginalString ?? image.ImageId.ToString()}");

        yield return new TextContentBlock { Text = text.ToString() };

        foreach (var image in report.Images)
        {
            if (image.Url is not { } url)
                continue;

            yield return new ResourceLinkBlock
            {
                Uri = url.OriginalString,
                Name = image.ImageId.ToString(),
                Title = Title(image),
                MimeType = image.MimeType,
            };
        }
    }

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

    /// <summary>What a client shows while a call waits.</summary>
    public static ProgressNotificationValue Progress(JobReport report) =>
        new() { Progress = report.Progress, Total = 100, Message = report.Step ?? report.Message };

    private static string Describe(Job job, JobState state, int? nextPoll) => state switch
    {
        JobState.Pending => $"The job waits for its turn. Call get_job_status again in {nextPoll} seconds.",
        JobState.Processing => $"{job.Progress?.Message ?? "The picture is being made."} Call get_job_status again in {nextPoll} seconds.",
        JobState.NeedsInput => "The job waits for an answer before it goes on.",
        JobState.Completed => "The picture is ready.",
        JobState.Cancelled => "The job was cancelled; there is no picture.",
        JobState.Failed => $"The job failed ({Reason(job).Code}): {Reason(job).Message} It will not be tried again by itself.",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static ToolError Reason(Job job) => new(job.Error?.Code ?? "E_JOB_FAILED", job.Error?.Message ?? "No reason was given.");

    private static ReportedImage Picture(JobPicture picture) => new()
    {
        ImageId = picture.ImageId!.Value,
        Url = picture.DownloadUrl,
        Width = picture.Width,
        Height = picture.Height,
        Index = picture.Index,
        ParentImageId = picture.ParentImageId,
        MimeType = picture.Type,
    };

    private static string Title(ReportedImage image) => (image.Index, image.ParentImageId) switch
    {
        ({ } index, _) => $"Part {index} of 4",
        (_, { }) => "Picture",
        _ => "Whole picture",
    };
}
