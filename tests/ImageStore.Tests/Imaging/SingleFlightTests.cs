using MjAspire.ImageStore.Imaging;

namespace MjAspire.ImageStore.Tests.Imaging;

public sealed class SingleFlightTests
{
    private readonly SingleFlight<int, string> _flights = new();
    private readonly TaskCompletionSource<string> _landing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _takeOffs;

    [Fact]
    public async Task Who_asks_at_the_same_time_gets_the_same_result()
    {
        var asks = Enumerable.Range(0, 50).Select(_ => _flights.RunAsync(1, FlyAsync, CancellationToken.None)).ToArray();
        _landing.SetResult("here");

        Assert.All(await Task.WhenAll(asks), result => Assert.Equal("here", result));
        Assert.Equal(1, _takeOffs);
    }

    [Fact]
    public async Task Who_asks_afterwards_starts_anew()
    {
        _landing.SetResult("here");
        await _flights.RunAsync(1, FlyAsync, CancellationToken.None);
        await _flights.RunAsync(1, FlyAsync, CancellationToken.None);

        Assert.Equal(2, _takeOffs);
    }

    [Fact]
    public async Task Who_leaves_does_not_disturb_who_stays()
    {
        using var impatience = new CancellationTokenSource();
        var leaving = _flights.RunAsync(1, FlyAsync, impatience.Token);
        var staying = _flights.RunAsync(1, FlyAsync, CancellationToken.None);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _landing.SetResult("here");

        Assert.Equal("here", await staying);
    }

    [Fact]
    public async Task The_work_is_cancelled_when_nobody_waits_any_more()
    {
        using var impatience = new CancellationTokenSource();
        var leaving = _flights.RunAsync(1, FlyAsync, impatience.Token);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);

        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_failure_reaches_everyone_and_is_not_kept()
    {
        var first = _flights.RunAsync(1, FlyAsync, CancellationToken.None);
        _landing.SetException(new IOException("full"));

        await Assert.ThrowsAsync<IOException>(() => first);
        Assert.Equal("well", await _flights.RunAsync(1, _ => Task.FromResult("well"), CancellationToken.None));
    }

    private async Task<string> FlyAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _takeOffs);
        try
        {
            return await _landing.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.SetResult();
            throw;
        }
    }
}
