using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Sending;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class RoomsTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);
    private static readonly Answer Fine = new() { Status = 200 };
    private static readonly Answer TimedOut = new() { Error = Answer.Timeout };

    private readonly HandClock _clock = new();
    private readonly Rooms _rooms;

    public RoomsTests() => _rooms = new(Options.Create(new DeliveryOptions { Concurrency = 16, ConcurrencyPerEndpoint = 8 }), _clock);

    [Fact]
    public void Endpoint_begins_with_a_few_places_and_earns_more_by_answering_quickly()
    {
        var endpoint = New();

        Assert.Equal(4, Left(endpoint));
        Take(endpoint, 4);
        Assert.Equal(0, Left(endpoint));
        Leave(endpoint, 4, Fine, Quick);
        Take(endpoint, 1);

        Assert.Equal(7, Left(endpoint));
        Assert.Equal((1, 15), (_rooms.Taken, _rooms.Free(isRetry: false)));
    }

    [Fact]
    public void Endpoint_that_timed_out_gets_one_at_a_time_until_it_answers()
    {
        var endpoint = New();
        Take(endpoint, 4);
        Leave(endpoint, 4, TimedOut, Slow);

        Assert.Equal(1, Left(endpoint));
        Take(endpoint, 1);
        Assert.Equal(0, Left(endpoint));
        Leave(endpoint, 1, Fine, Quick);

        Take(endpoint, 1);
        Assert.Equal(1, Left(endpoint));
    }

    [Fact]
    public void Slow_endpoints_together_leave_half_of_the_places_to_the_others_and_take_turns()
    {
        var slow = Enumerable.Range(0, 12).Select(_ => New()).ToArray();
        foreach (var endpoint in slow)
        {
            Take(endpoint, 1);
            Leave(endpoint, 1, Fine, Slow);
        }

        var one = slow.ToDictionary(endpoint => endpoint, endpoint => Left(endpoint));
        Assert.Equal(8, _rooms.Left(isRetry: false).Places.Sum());
        Assert.Contains(slow, endpoint => one[endpoint] == 0);
        foreach (var endpoint in slow)
            Assert.Contains(Enumerable.Range(0, slow.Length), _ => Left(endpoint) > 0);

        for (var i = 0; i < 8; i++)
            Take(slow[i], 1);
        Assert.Equal(0, _rooms.Left(isRetry: false).Places.Sum());
        Assert.Equal((8, 4), (_rooms.Free(isRetry: false), Left(New())));
    }

    [Fact]
    public void Retries_leave_half_of_all_places_and_half_of_an_endpoints_to_first_attempts()
    {
        var endpoint = New();
        Take(endpoint, 2, isRetry: true);

        Assert.Equal((0, 2), (Left(endpoint, isRetry: true), Left(endpoint)));
        Assert.Equal((6, 14), (_rooms.Free(isRetry: true), _rooms.Free(isRetry: false)));
        Leave(endpoint, 2, Fine, Quick, isRetry: true);
        Assert.Equal(8, _rooms.Free(isRetry: true));
    }

    [Fact]
    public void Rate_limit_is_a_seconds_worth_and_fills_again_with_time()
    {
        var endpoint = New() with { RateLimit = 2 };
        Take(endpoint, 2);
        Leave(endpoint, 2, Fine, Quick);
        Assert.Equal(0, Left(endpoint));

        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, Left(endpoint));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Left(endpoint));
    }

    [Fact]
    public void Endpoint_that_asks_for_a_pause_gets_it_within_bounds()
    {
        var endpoint = New();
        Take(endpoint, 1);
        Leave(endpoint, 1, new() { Status = 429, RetryAfter = TimeSpan.FromDays(1) }, Quick);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, Left(endpoint));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, Left(endpoint));
    }

    private static Recipient New() => new(
        Guid.CreateVersion7(), Guid.Empty, 1, new("http://example.com/"), [], WebhookSecret.Generate(), PreviousSecret: null, PreviousSecretUntil: null, RateLimit: null);

    private int Left(Recipient endpoint, bool isRetry = false)
    {
        var left = _rooms.Left(isRetry);
        var at = Array.IndexOf(left.Endpoints, endpoint.Id);
        return at < 0 ? left.OfOthers : left.Places[at];
    }

    private void Take(Recipient endpoint, int count, bool isRetry = false)
    {
        for (var i = 0; i < count; i++)
            _rooms.Take(endpoint, isRetry);
    }

    private void Leave(Recipient endpoint, int count, Answer answer, TimeSpan duration, bool isRetry = false)
    {
        for (var i = 0; i < count; i++)
            _rooms.Leave(endpoint, isRetry, answer, duration);
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
