using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Storage;
using static MjAspire.JobService.Lifecycle.JobDecision;
using static MjAspire.JobService.Lifecycle.JobInput;

namespace MjAspire.JobService.Lifecycle;

/// <summary>
/// The life of a job, pure and total: every (job, input) has an answer, and none depends on anything but its arguments.
/// <code>
/// PENDING -> RUNNING -> DONE | FAILED | CANCELLED        RUNNING &lt;-> NEEDS_INPUT
/// </code>
/// </summary>
internal static class JobStateMachine
{
    /// <summary>Decides what <paramref name="input"/>, arriving <paramref name="now"/>, does to <paramref name="job"/>.</summary>
    public static JobDecision Decide(Job job, JobInput input, DateTimeOffset now, JobTimes times)
    {
        var decision = Move(job, input, now, times);
        return decision is Accepted accepted ? accepted with { Next = InAnyCase(accepted.Next) } : decision;
    }

    /// <summary>However seldom it is looked after, its time is over when it is over; and nothing a provider says gives our address for it away.</summary>
    private static Job InAnyCase(Job job) => job with
    {
        NextCheckAt = job.NextCheckAt > job.DeadlineAt ? job.DeadlineAt : job.NextCheckAt,
        Message = job.Kind == JobKind.Image ? CallbackAddresses.Hide(job.Message) : job.Message,
        Result = job.Kind == JobKind.Image ? CallbackAddresses.Hide(job.Result) : job.Result,
    };

    private static JobDecision Move(Job job, JobInput input, DateTimeOffset now, JobTimes times) => input switch
    {
        _ when job.IsFinal => Final(job, input),
        Submit or Submitted or Postpone or Resubmit or Drawn or Described when job.Kind == JobKind.External => Refuse(job, input), // no provider has it
        Submit submit => Begin(job, submit, now, times),
        Submitted submitted => Record(job, submitted, now, times),
        Postpone postpone => Wait(job, postpone, now),
        Resubmit => Again(job, now, times),
        Advance advance => GoOn(job, advance, now, times),
        AskForInput ask => Ask(job, ask, now),
        Answer answer => TakeAnswer(job, answer, now, times),
        Drawn drawn => Store(job, drawn, now, times),
        Described described => Tell(job, described, now),
        Complete complete => Finish(job, complete, now),
        Fail fail => End(job, now, JobStatus.Failed, fail.Message, fail.Code),
        Cancel => End(job, now, JobStatus.Cancelled, "Cancelled by its owner.", null),
        _ => throw new ArgumentOutOfRangeException(nameof(input), input, "Unknown input."),
    };

    /// <summary>Final is final: what repeats it has happened, what contradicts it is refused.</summary>
    private static JobDecision Final(Job job, JobInput input) => (job.Status, input) switch
    {
        (JobStatus.Done, Complete or Drawn or Described or Advance or Submitted) => new AlreadyDone(),
        (JobStatus.Failed, Fail or Advance or Submitted) => new AlreadyDone(),
        (JobStatus.Cancelled, Cancel or Advance or Submitted) => new AlreadyDone(),
        _ => Refuse(job, input),
    };

    private static JobDecision Begin(Job job, Submit submit, DateTimeOffset now, JobTimes times) => (job.Status, job.Phase) switch
    {
        (JobStatus.Pending or JobStatus.Running, JobPhase.Queued) => new Accepted(Step(job, now) with
        {
            Status = JobStatus.Running,
            Phase = JobPhase.Submitting,
            Provider = submit.Provider,
            StartedAt = job.StartedAt ?? now,
            DeadlineAt = job.DeadlineAt ?? now + times.Deadline,
            NextCheckAt = now + times.SubmitGrace,
            Step = "submitting",
            Message = $"Handing the job to {submit.Provider}.",
        }),
        (JobStatus.Running, not JobPhase.Queued) => new AlreadyDone(),
        _ => Refuse(job, submit),
    };

    private static JobDecision Record(Job job, Submitted submitted, DateTimeOffset now, JobTimes times) => job.Phase switch
    {
        // Waiting and Queued as well: the answer may come from a callback, after the submit itself was given up.
        JobPhase.Submitting or JobPhase.Waiting or JobPhase.Queued when job.Status == JobStatus.Running => new Accepted(Step(job, now) with
        {
            Phase = JobPhase.Drawing,
            ProviderTaskId = submitted.TaskId,
            DeadlineAt = now + times.Deadline,
            NextCheckAt = now + times.FirstCheck,
            Step = Advance.NotBegun.Step,
            Message = Advance.NotBegun.Message,
        }),
        JobPhase.Drawing or JobPhase.Storing => new AlreadyDone(),
        _ => Refuse(job, submitted),
    };

    private static JobDecision Wait(Job job, Postpone postpone, DateTimeOffset now) => (job.Status, job.Phase) switch
    {
        (JobStatus.Running, JobPhase.Submitting) => new Accepted(Step(job, now) with
        {
            Phase = JobPhase.Waiting,
            NextCheckAt = postpone.Until,
            Step = "waiting",
            Message = postpone.Reason,
        }),
        (JobStatus.Running, _) => new AlreadyDone(),
        _ => Refuse(job, postpone),
    };

    private static JobDecision Again(Job job, DateTimeOffset now, JobTimes times) => (job.Status, job.Phase) switch
    {
        (JobStatus.Running, JobPhase.Waiting or JobPhase.Submitting) => new Accepted(
            Step(job, now) with
            {
                Phase = JobPhase.Queued,
                NextCheckAt = now + times.SubmitGrace,
                Step = "queued",
                Message = "Waiting for its turn again.",
            },
            new RunJob(job.Id, job.OwnerId)),
        (JobStatus.Running, _) => new AlreadyDone(),
        _ => Refuse(job, new Resubmit()),
    };

    private static JobDecision GoOn(Job job, Advance advance, DateTimeOffset now, JobTimes times)
    {
        var progress = Math.Max(job.Progress, Math.Clamp(advance.Progress, 0, 100));
        var step = advance.Step ?? job.Step;
        var message = advance.Message ?? job.Message;
        var news = advance.CompletedSteps != job.CompletedSteps || advance.Remaining != job.Remaining || progress > job.Progress || step != job.Step || message != job.Message || job.Status != JobStatus.Running;

        return (job.Kind, job.Phase) switch
        {
            (JobKind.Image, JobPhase.Storing) => new AlreadyDone(), // a straggler
            (JobKind.Image, not JobPhase.Drawing) => Refuse(job, advance),
            _ when !news => new AlreadyDone(),
            _ => new Accepted(Step(job, now) with
            {
                Status = JobStatus.Running,
                Progress = progress,
                Step = step,
                TotalSteps = advance.TotalSteps ?? job.TotalSteps,
                CompletedSteps = advance.CompletedSteps,
                Remaining = advance.Remaining,
                Message = message,
                StartedAt = job.StartedAt ?? now,
                DeadlineAt = now + times.Deadline,
                NextCheckAt = job.Kind == JobKind.Image ? now + times.FirstCheck : null,
            }),
        };
    }

    private static JobDecision Ask(Job job, AskForInput ask, DateTimeOffset now) => (job.Kind, job.Status, job.Phase) switch
    {
        (_, JobStatus.NeedsInput, _) when job.Message == ask.Question => new AlreadyDone(),
        (JobKind.Image, _, JobPhase.Storing) => new AlreadyDone(), // a straggler
        (JobKind.Image, _, JobPhase.Drawing) or (JobKind.External, JobStatus.Running or JobStatus.NeedsInput, _) => new Accepted(Step(job, now) with
        {
            Status = JobStatus.NeedsInput,
            Step = "needs_input",
            Message = ask.Question,
        }),
        _ => Refuse(job, ask),
    };

    private static JobDecision TakeAnswer(Job job, Answer answer, DateTimeOffset now, JobTimes times)
    {
        if (job.Status != JobStatus.NeedsInput)
            return Refuse(job, answer);

        var next = Step(job, now) with
        {
            Status = JobStatus.Running,
            Answer = answer.Json,
            DeadlineAt = job.Kind == JobKind.Image ? now + times.Deadline : null,
            Step = "answered",
            Message = "The answer is there; the work goes on.",
        };
        return job.Kind == JobKind.External
            ? new Accepted(next)
            : new Accepted(next with { Phase = JobPhase.Queued, NextCheckAt = now + times.SubmitGrace }, new RunJob(job.Id, job.OwnerId));
    }

    private static JobDecision Tell(Job job, Described described, DateTimeOffset now) => (job.Status, job.Phase) switch
    {
        (JobStatus.Running, JobPhase.Drawing) => new Accepted(Ended(job, now) with
        {
            Status = JobStatus.Done,
            Progress = 100,
            Result = described.Result,
            Step = "done",
            Message = "Done.",
        }),
        _ => Refuse(job, described),
    };

    private static JobDecision Store(Job job, Drawn drawn, DateTimeOffset now, JobTimes times)
    {
        if (job is { Status: JobStatus.Running, Phase: JobPhase.Storing })
            return new AlreadyDone();
        if (job is not { Status: JobStatus.Running or JobStatus.NeedsInput, Phase: JobPhase.Drawing })
            return Refuse(job, drawn);

        var next = Step(job, now) with
        {
            Status = JobStatus.Running,
            Phase = JobPhase.Storing,
            Progress = 100,
            Sources = drawn.Sources,
            Buttons = drawn.Buttons,
            Seed = drawn.Seed ?? job.Seed,
            DeadlineAt = now + times.Deadline,
            NextCheckAt = now + times.StoreAgain,
            Step = "storing",
            Message = "Drawn; storing the pictures.",
        };
        return new Accepted(next, StoreCommand.For(next));
    }

    private static JobDecision Finish(Job job, Complete complete, DateTimeOffset now) => (job.Kind, job.Status, job.Phase) switch
    {
        // Not only Storing: an engine that answers with the picture itself is done while it is being called, or was thought lost.
        (JobKind.Image, JobStatus.Running, not JobPhase.Drawing) or (JobKind.External, _, _) => new Accepted(
            Ended(job, now) with
            {
                Status = JobStatus.Done,
                Progress = 100,
                Artifacts = complete.Artifacts,
                Result = complete.Result,
                Step = "done",
                Message = complete.Message ?? "Done.",
            }),
        _ => Refuse(job, complete),
    };

    private static Accepted End(Job job, DateTimeOffset now, JobStatus status, string message, string? code) => new(
        Ended(job, now) with
        {
            Status = status,
            Step = status == JobStatus.Failed ? "failed" : "cancelled",
            Message = message,
            ErrorCode = code,
        });

    private static Job Ended(Job job, DateTimeOffset now) => Step(job, now) with
    {
        Phase = JobPhase.Finished,
        FinishedAt = now,
        DeadlineAt = null,
        NextCheckAt = null,
    };

    private static Job Step(Job job, DateTimeOffset now) => job with { Sequence = job.Sequence + 1, UpdatedAt = now };

    private static Rejected Refuse(Job job, JobInput input) =>
        new("E_INVALID_STATUS", $"A job that is {Words.Of(job.Status)} does not take this ({job.Phase}: {input.GetType().Name}).");
}
