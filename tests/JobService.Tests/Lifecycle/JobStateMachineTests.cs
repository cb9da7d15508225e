using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Lifecycle;

namespace MjAspire.JobService.Tests.Lifecycle;

public class JobStateMachineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly JobTimes Times = new();

    private static readonly Dictionary<string, JobInput> Inputs = new(StringComparer.Ordinal)
    {
        ["submit"] = new JobInput.Submit("midjourney"),
        ["submitted"] = new JobInput.Submitted("task-1"),
        ["postpone"] = new JobInput.Postpone(Now.AddSeconds(5), "busy"),
        ["resubmit"] = new JobInput.Resubmit(),
        ["advance"] = new JobInput.Advance(50, "drawing", "half"),
        ["ask"] = new JobInput.AskForInput("a mask?"),
        ["drawn"] = new JobInput.Drawn([new ImageSource("https://pictures.example/1.png", ImageLayout.Grid)], null),
        ["answer"] = new JobInput.Answer("""{"prompt":"on"}"""),
        ["described"] = new JobInput.Described("""["a fox"]"""),
        ["complete"] = new JobInput.Complete([], null),
        ["fail"] = new JobInput.Fail("E_TEST", "no"),
        ["cancel"] = new JobInput.Cancel(),
    };

    // A row a state, a column an input: the status that is reached, "=" for already done, "x" for refused.
    private const string Table =
        """
        state                         submit     submitted  postpone   resubmit   advance    ask          drawn      answer     described  complete   fail       cancel
        image/PENDING/Queued          RUNNING    x          x          x          x          x            x          x          x          x          FAILED     CANCELLED
        image/RUNNING/Queued          RUNNING    RUNNING    =          =          x          x            x          x          x          DONE       FAILED     CANCELLED
        image/RUNNING/Submitting      =          RUNNING    RUNNING    RUNNING    x          x            x          x          x          DONE       FAILED     CANCELLED
        image/RUNNING/Waiting         =          RUNNING    =          RUNNING    x          x            x          x          x          DONE       FAILED     CANCELLED
        image/RUNNING/Drawing         =          =          =          =          RUNNING    NEEDS_INPUT  RUNNING    x          DONE       x          FAILED     CANCELLED
        image/RUNNING/Storing         =          =          =          =          =          =            =          x          x          DONE       FAILED     CANCELLED
        image/NEEDS_INPUT/Drawing     x          =          x          x          RUNNING    NEEDS_INPUT  RUNNING    RUNNING    x          x          FAILED     CANCELLED
        image/DONE/Finished           x          =          x          x          =          x            =          x          =          =          x          x
        image/FAILED/Finished         x          =          x          x          =          x            x          x          x          x          =          x
        image/CANCELLED/Finished      x          =          x          x          =          x            x          x          x          x          x          =
        external/PENDING/Queued       x          x          x          x          RUNNING    x            x          x          x          DONE       FAILED     CANCELLED
        external/RUNNING/Queued       x          x          x          x          RUNNING    NEEDS_INPUT  x          x          x          DONE       FAILED     CANCELLED
        external/NEEDS_INPUT/Queued   x          x          x          x          RUNNING    NEEDS_INPUT  x          RUNNING    x          DONE       FAILED     CANCELLED
        external/DONE/Finished        x          =          x          x          =          x            =          x          =          =          x          x
        external/FAILED/Finished      x          =          x          x          =          x            x          x          x          x          =          x
        external/CANCELLED/Finished   x          =          x          x          =          x            x          x          x          x          x          =
        """;

    public static TheoryData<string, string, string> Pairs()
    {
        var lines = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var data = new TheoryData<string, string, string>();
        foreach (var row in lines.Skip(1))
        {
            for (var column = 1; column < row.Length; column++)
                data.Add(row[0], lines[0][column], row[column]);
        }
        return data;
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Every_state_answers_every_input_as_the_table_says(string state, string input, string expected)
    {
        var job = JobIn(state);

        var decision = JobStateMachine.Decide(job, Inputs[input], Now, Times);

        var answer = decision switch
        {
            JobDecision.Accepted accepted => Storage.Words.Of(accepted.Next.Status),
            JobDecision.AlreadyDone => "=",
            _ => "x",
        };
        Assert.Equal(expected, answer);
    }

    [Theory, MemberData(nameof(Pairs))]
    public void A_job_with_a_deadline_is_looked_after_by_then(string state, string input, string expected)
    {
        var impatient = new JobTimes { Deadline = TimeSpan.FromSeconds(5), FirstCheck = TimeSpan.FromHours(1), SubmitGrace = TimeSpan.FromHours(1), StoreAgain = TimeSpan.FromHours(1) };

        if (JobStateMachine.Decide(JobIn(state), Inputs[input], Now, impatient) is JobDecision.Accepted { Next: { DeadlineAt: not null, NextCheckAt: not null } next })
            Assert.True(next.NextCheckAt <= next.DeadlineAt, expected);
    }

    [Fact]
    public void The_table_has_every_input() => Assert.Equal(16 * Inputs.Count, Pairs().Count);

    [Theory, MemberData(nameof(Pairs))]
    public void An_accepted_input_is_the_next_in_sequence_and_a_refused_one_has_a_stable_code(string state, string input, string expected)
    {
        var job = JobIn(state);
        switch (JobStateMachine.Decide(job, Inputs[input], Now, Times))
        {
            case JobDecision.Accepted accepted:
                Assert.Equal(job.Sequence + 1, accepted.Next.Sequence);
                Assert.Equal(Now, accepted.Next.UpdatedAt);
                Assert.Equal(accepted.Next.IsFinal, accepted.Next.FinishedAt is not null);
                Assert.Equal(accepted.Next.IsFinal, accepted.Next.Phase == JobPhase.Finished);
                break;
            case JobDecision.Rejected rejected:
                Assert.Equal("x", expected);
                Assert.Equal("E_INVALID_STATUS", rejected.Code);
                break;
        }
    }

    [Fact]
    public void Progress_never_goes_back()
    {
        var job = JobIn("image/RUNNING/Drawing") with { Progress = 60, Step = "drawing", Message = "more" };

        var decision = JobStateMachine.Decide(job, new JobInput.Advance(40, "drawing", null), Now, Times);

        Assert.IsType<JobDecision.AlreadyDone>(decision);
    }

    [Fact]
    public void That_the_provider_has_not_begun_is_known_once_it_has_the_job()
    {
        var submitted = Accept(JobIn("image/RUNNING/Submitting"), new JobInput.Submitted("7"));

        var decision = JobStateMachine.Decide(submitted, JobInput.Advance.NotBegun, Now, Times);

        Assert.IsType<JobDecision.AlreadyDone>(decision);
    }

    [Fact]
    public void Progress_pushes_the_deadline_out()
    {
        var job = JobIn("image/RUNNING/Drawing") with { DeadlineAt = Now.AddSeconds(1) };

        var next = Accept(job, new JobInput.Advance(10, "drawing", null));

        Assert.Equal(Now + Times.Deadline, next.DeadlineAt);
    }

    [Fact]
    public void A_drawn_picture_is_sent_to_be_stored_and_the_job_is_not_done_before_it_is()
    {
        var job = JobIn("image/RUNNING/Drawing");

        var accepted = Assert.IsType<JobDecision.Accepted>(JobStateMachine.Decide(job, Inputs["drawn"], Now, Times));

        Assert.Equal(JobStatus.Running, accepted.Next.Status);
        var command = Assert.IsType<StoreImages>(Assert.Single(accepted.Messages));
        Assert.Equal((job.Id, job.OwnerId, "a fox"), (command.JobId, command.OwnerId, command.Prompt));
        Assert.Equal("https://pictures.example/1.png", Assert.Single(command.Sources).Url);
    }

    [Fact]
    public void Trying_again_sends_the_job_on_its_way_again()
    {
        var accepted = Assert.IsType<JobDecision.Accepted>(
            JobStateMachine.Decide(JobIn("image/RUNNING/Waiting"), new JobInput.Resubmit(), Now, Times));

        Assert.Equal(JobPhase.Queued, accepted.Next.Phase);
        Assert.IsType<RunJob>(Assert.Single(accepted.Messages));
    }

    private static Job Accept(Job job, JobInput input) =>
        Assert.IsType<JobDecision.Accepted>(JobStateMachine.Decide(job, input, Now, Times)).Next;

    private static Job JobIn(string state)
    {
        var parts = state.Split('/');
        var status = Storage.Words.Read<JobStatus>(parts[1]);
        var isFinal = status is JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled;
        return new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = Guid.CreateVersion7(),
            Kind = Storage.Words.Read<JobKind>(parts[0]),
            Operation = "imagine",
            Status = status,
            Phase = Enum.Parse<JobPhase>(parts[2]),
            Sequence = 3,
            InputData = """{"prompt":"a fox"}""",
            Metadata = "{}",
            CreatedAt = Now.AddMinutes(-1),
            UpdatedAt = Now.AddMinutes(-1),
            FinishedAt = isFinal ? Now.AddSeconds(-1) : null,
        };
    }
}
