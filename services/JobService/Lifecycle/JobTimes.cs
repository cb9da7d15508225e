using System.ComponentModel.DataAnnotations;

namespace MjAspire.JobService.Lifecycle;

/// <summary>Section <c>Jobs</c>: how long a job may take for what. Values are written as <c>hh:mm:ss</c>.</summary>
internal sealed class JobTimes
{
    /// <summary>Without any progress for this long, a job is given up. Each progress begins it anew.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>After a crash in the middle of a submit: how long the provider's callback has to claim the job before it is submitted again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SubmitGrace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long after a callback the provider is asked for the first time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FirstCheck { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest pause between two questions to the provider about one job.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestCheck { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long ImageStore has before it is told again.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan StoreAgain { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the address given to a provider counts.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan CallbackLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a link to a picture in an answer or event counts.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromDays(1);
}
