using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Live;

namespace MjAspire.McpGateway.Tests;

/// <summary>What the feed keeps, and for whom.</summary>
public sealed class JobFeedTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly GatewayMetrics _metrics;
    private readonly JobFeed _feed;
    private readonly Guid _owner = Guid.CreateVersion7();

    public JobFeedTests()
    {
        _metrics = new(_services.GetRequiredService<IMeterFactory>());
        _feed = new(_metrics, TimeProvider.System);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void A_slow_reader_is_dropped_and_a_quick_one_is_not()
    {
        using var slow = _feed.Read(_owner, null, null)!;
        using var quick = _feed.Read(_owner, null, null)!;
        for (var i = 0; i < FeedReader.MostUnread * 3; i++)
        {
            _feed.Publish(Change());
            Assert.True(quick.Heard.TryRead(out _));
        }
        Assert.True(SpinWait.SpinUntil(() => slow.Dropped.IsCancellationRequested, TimeSpan.FromSeconds(30)));
        Assert.False(quick.Dropped.IsCancellationRequested);
        Assert.Equal(FeedReader.MostUnread, Drain(slow).Count);
    }

    [Fact]
    public void What_came_while_a_reader_was_away_is_given_first_and_once()
    {
        LiveEvent last;
        using (var reader = _feed.Read(_owner, null, null)!)
        {
            _feed.Publish(Change());
            Assert.True(reader.Heard.TryRead(out last!));
        }
        _feed.Publish(Change());
        _feed.Publish(Change(owner: Guid.CreateVersion7()));
        _feed.Publish(Change());
        using var back = _feed.Read(_owner, null, EventId.Read(last.Id.ToString()))!;
        Assert.Equal([2, 4], back.Missed.Select(missed => missed.Position));
        Assert.Empty(Drain(back));
    }

    [Fact]
    public void A_reader_of_one_job_hears_of_that_one()
    {
        var wanted = Change();
        using var reader = _feed.Read(_owner, wanted.JobId, null)!;
        _feed.Publish(Change());
        _feed.Publish(wanted);
        Assert.Equal([wanted.JobId], Drain(reader).Select(heard => heard.JobId));
    }

    [Fact]
    public void Coming_back_after_more_than_is_kept_is_a_reset_and_everything_that_is_kept()
    {
        using (var reader = _feed.Read(_owner, null, null)!)
        {
            _feed.Publish(Change());
            Assert.True(reader.Heard.TryRead(out var last));
            SpinWait.SpinUntil(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > last.Id.HeardAt);
            for (var i = 0; i < JobFeed.Kept + 10; i++)
                _feed.Publish(Change());

            using var back = _feed.Read(_owner, null, last.Id)!;
            Assert.Equal(LiveEvent.Reset, back.Missed[0].Type);
            Assert.Equal(JobFeed.Kept, back.Missed.Count - 1);
        }
    }

    [Fact]
    public void A_bus_that_was_away_is_a_reset_for_everyone()
    {
        using var reader = _feed.Read(_owner, null, null)!;
        using var other = _feed.Read(Guid.CreateVersion7(), Guid.CreateVersion7(), null)!;
        _feed.Reset();
        Assert.Equal([LiveEvent.Reset], Drain(reader).Select(heard => heard.Type));
        Assert.Equal([LiveEvent.Reset], Drain(other).Select(heard => heard.Type));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.2")]
    [InlineData("1..2")]
    [InlineData("-1.a.2")]
    [InlineData("99999999999999999999999.a.2")]
    public void What_is_no_event_id_is_none(string text) => Assert.Null(EventId.Read(text));

    private static List<LiveEvent> Drain(FeedReader reader)
    {
        var heard = new List<LiveEvent>();
        while (reader.Heard.TryRead(out var next))
            heard.Add(next);
        return heard;
    }

    private JobChanged Change(Guid? owner = null) => new()
    {
        JobId = Guid.CreateVersion7(),
        OwnerId = owner ?? _owner,
        Kind = JobKind.Image,
        Operation = "imagine",
        Status = JobStatus.Running,
        PreviousStatus = JobStatus.Running,
        Sequence = 2,
        Progress = 10,
        OccurredAt = TimeProvider.System.GetUtcNow(),
    };
}
