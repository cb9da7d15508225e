using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;

namespace MjAspire.JobService.Lifecycle;

/// <summary>Everything that can happen to a job after its creation.</summary>
internal abstract record JobInput
{
    private JobInput()
    {
    }

    /// <summary>A RunJob consumer takes the job to a provider.</summary>
    public sealed record Submit(string Provider) : JobInput;

    /// <summary>The provider took it under this id.</summary>
    public sealed record Submitted(string TaskId) : JobInput;

    /// <summary>The provider is busy or away, and certainly has not taken it.</summary>
    public sealed record Postpone(DateTimeOffset Until, string Reason) : JobInput;

    /// <summary>It is time to try the provider again.</summary>
    public sealed record Resubmit : JobInput;

    /// <summary>Work goes on.</summary>
    public sealed record Advance(int Progress, string? Step, string? Message) : JobInput
    {
        /// <summary>The provider has it and has not begun: no more than <see cref="Submitted"/> says, so that a job is not moved twice by it.</summary>
        public static readonly Advance NotBegun = new(0, "submitted", "The provider has the job.");

        public int? TotalSteps { get; init; }
        public int? CompletedSteps { get; init; }

        /// <summary>How long it will take still, in a worker's own words.</summary>
        public string? Remaining { get; init; }
    }

    /// <summary>Work stops until someone answers.</summary>
    public sealed record AskForInput(string Question) : JobInput;

    /// <summary>The answer to what it needed: a JSON object.</summary>
    public sealed record Answer(string Json) : JobInput;

    /// <summary>The provider has finished; its pictures are to be fetched.</summary>
    /// <param name="Seed">What it drew from, where it says so.</param>
    public sealed record Drawn(IReadOnlyList<ImageSource> Sources, string? Buttons, long? Seed = null) : JobInput;

    /// <summary>Everything the job was to produce can be had.</summary>
    /// <param name="Result">JSON: what there is beside artifacts.</param>
    public sealed record Complete(IReadOnlyList<JobArtifact> Artifacts, string? Message, string? Result = null) : JobInput;

    /// <summary>The provider has answered in words: a description, a shorter prompt. There is nothing to store.</summary>
    /// <param name="Result">JSON.</param>
    public sealed record Described(string Result) : JobInput;

    /// <summary>There will be no result.</summary>
    public sealed record Fail(string Code, string Message) : JobInput;

    /// <summary>The owner does not want it any more.</summary>
    public sealed record Cancel : JobInput;
}
