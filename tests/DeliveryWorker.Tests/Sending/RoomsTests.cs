using MjAspire.DeliveryWorker.Sending;

namespace MjAspire.DeliveryWorker.Tests.Sending;

public sealed class RoomsTests
{
    private static readonly Guid Endpoint = Guid.CreateVersion7();

    private readonly Rooms _rooms = new(total: 8, perEndpoint: 4);

    [Fact]
    public void Endpoint_with_attempts_under_way_has_what_they_leave()
    {
        Take(3);

        Assert.Equal((5, 3), (_rooms.Free, _rooms.Taken));
        Assert.Equal(1, _rooms.Left()[Endpoint]);
        _rooms.Leave(Endpoint, hasTimedOut: false);
        Assert.Equal(2, _rooms.Left()[Endpoint]);
    }

    [Fact]
    public void Endpoint_without_attempts_is_not_mentioned()
    {
        Take(1);
        _rooms.Leave(Endpoint, hasTimedOut: false);

        Assert.Empty(_rooms.Left());
    }

    [Fact]
    public void Endpoint_that_timed_out_gets_one_at_a_time_until_it_answers()
    {
        Take(4);
        _rooms.Leave(Endpoint, hasTimedOut: true);
        Assert.Equal(0, _rooms.Left()[Endpoint]);
        for (var i = 0; i < 3; i++)
            _rooms.Leave(Endpoint, hasTimedOut: true);
        Assert.Equal(1, _rooms.Left()[Endpoint]);
        Take(1);
        Assert.Equal(0, _rooms.Left()[Endpoint]);

        _rooms.Leave(Endpoint, hasTimedOut: false);

        Assert.Empty(_rooms.Left());
    }

    private void Take(int count)
    {
        for (var i = 0; i < count; i++)
            _rooms.Take(Endpoint);
    }
}
