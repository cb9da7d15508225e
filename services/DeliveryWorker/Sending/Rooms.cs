namespace MjAspire.DeliveryWorker.Sending;

/// <summary>How many attempts are under way, in all and to each endpoint: what a slow endpoint may take from the others is bounded.</summary>
internal sealed class Rooms(int total, int perEndpoint)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _taken = [];
    private int _all;

    public int Taken
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    public int Free => total - Taken;

    /// <summary>What is left for the endpoints that have attempts under way.</summary>
    public Dictionary<Guid, int> Left()
    {
        lock (_lock)
            return _taken.ToDictionary(entry => entry.Key, entry => Math.Max(0, perEndpoint - entry.Value));
    }

    public void Take(Guid endpoint)
    {
        lock (_lock)
        {
            _all++;
            _taken[endpoint] = _taken.GetValueOrDefault(endpoint) + 1;
        }
    }

    public void Leave(Guid endpoint)
    {
        lock (_lock)
        {
            _all--;
            if (--_taken[endpoint] == 0)
                _taken.Remove(endpoint);
        }
    }
}
