namespace MjAspire.ImageStore.Imaging;

/// <summary>
/// Everyone who asks for the same thing at the same time gets the result of one piece of work. Who leaves does not disturb the others;
/// when the last one has left, the work is cancelled.
/// </summary>
internal sealed class SingleFlight<TKey, TResult> where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    public async Task<TResult> RunAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var flight = Board(key, work);
        try
        {
            return await flight.Work.WaitAsync(cancellationToken);
        }
        finally
        {
            if (IsLastToLeave(key, flight))
                await flight.Stop.CancelAsync();
        }
    }

    private Flight Board(TKey key, Func<CancellationToken, Task<TResult>> work)
    {
        lock (_gate)
        {
            if (!_flights.TryGetValue(key, out var flight))
            {
                // Without a timer a source holds nothing that needs disposing, and the work may outlast those who wait.
                var stop = new CancellationTokenSource();
                _flights[key] = flight = new(Task.Run(() => work(stop.Token), CancellationToken.None), stop);
            }
            flight.Passengers++;
            return flight;
        }
    }

    private bool IsLastToLeave(TKey key, Flight flight)
    {
        lock (_gate)
            return --flight.Passengers == 0 && _flights.Remove(key);
    }

    private sealed class Flight(Task<TResult> work, CancellationTokenSource stop)
    {
        public Task<TResult> Work => work;

        public CancellationTokenSource Stop => stop;

        public int Passengers { get; set; }
    }
}
