using MjAspire.ServiceDefaults.Limiting;

namespace MjAspire.ServiceDefaults.Tests;

public class TakesTogetherTests
{
    private static readonly Bucket OfTheKey = new("key:1", Burst: 10, PerMinute: 60);

    private readonly List<(Bucket Bucket, TaskCompletionSource<Grant?> Answer)> _asked = [];

    [Fact]
    public async Task A_take_that_comes_alone_leaves_at_once()
    {
        var takes = Together();

        var take = takes.TakeAsync(OfTheKey);

        Answer(0, Granted(remaining: 9));
        Assert.Equal(9, (await take)!.Value.Remaining);
        Assert.Equal([OfTheKey], _asked.Select(asked => asked.Bucket));
    }

    [Fact]
    public async Task Takes_that_come_while_one_is_under_way_leave_together_and_each_hears_what_it_left()
    {
        var takes = Together();
        var first = takes.TakeAsync(OfTheKey);
        var others = Enumerable.Range(0, 3).Select(_ => takes.TakeAsync(OfTheKey).AsTask()).ToArray();
        var another = takes.TakeAsync(OfTheKey with { Name = "key:2" });

        Answer(0, Granted(remaining: 9));
        await first;
        Answer(2, Granted(remaining: 6));

        Assert.Equal([8, 7, 6], (await Task.WhenAll(others)).Select(grant => grant!.Value.Remaining));
        Assert.Equal([1, 1, 3], _asked.Select(asked => asked.Bucket.Tokens));
        Answer(1, Granted(remaining: 9));
        await another;
    }

    [Fact]
    public async Task When_there_is_not_enough_for_all_each_asks_for_itself()
    {
        var takes = Together();
        var first = takes.TakeAsync(OfTheKey);
        var others = Enumerable.Range(0, 2).Select(_ => takes.TakeAsync(OfTheKey).AsTask()).ToArray();

        Answer(0, Granted(remaining: 1));
        await first;
        Answer(1, new(false, 1, TimeSpan.FromSeconds(1)));
        Answer(2, Granted(remaining: 0));
        Answer(3, new(false, 0, TimeSpan.FromSeconds(1)));

        Assert.Equal([true, false], (await Task.WhenAll(others)).Select(grant => grant!.Value.Granted));
    }

    [Fact]
    public async Task Nobody_waits_for_a_redis_that_cannot_be_asked()
    {
        var takes = Together();
        var first = takes.TakeAsync(OfTheKey);
        var other = takes.TakeAsync(OfTheKey).AsTask();

        Answer(0, null);
        Answer(1, null);

        Assert.Null(await first);
        Assert.Null(await other);
    }

    private static Grant Granted(int remaining) => new(true, remaining, TimeSpan.Zero);

    private TakesTogether Together() => new(bucket =>
    {
        _asked.Add((bucket, new()));
        return new(_asked[^1].Answer.Task);
    });

    /// <summary>Continuations run at once, within this call: nothing here waits for another thread.</summary>
    private void Answer(int asked, Grant? grant) => _asked[asked].Answer.SetResult(grant);
}
