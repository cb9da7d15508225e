namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// How many attempts are under way, in all and to each endpoint, so that a slow endpoint takes little from the others. One that let its last
/// attempt time out is asked one thing at a time until it answers: else a few of those would hold every place there is.
/// </summary>
internal sealed class Rooms(int total, int perEndpoint)
{
    /// <summary>Ids of endpoints that may long be deleted; beyond this many they are forgotten and found out again.</summary>
    private const int MostSilent = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _taken = [];
    private readonly HashSet<Guid> _silent = [];
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

    /// <summary>What is left for the endpoints that have attempts under way or are silent; all others have all of their room.</summary>
    public Dictionary<Guid, int> Left()
    {
        lock (_lock)
        {
            return _taken.Keys.Union(_silent).ToDictionary(
                endpoint => endpoint,
                endpoint => Math.Max(0, (_silent.Contains(endpoint) ? 1 : perEndpoint) - _taken.GetValueOrDefault(endpoint)));
        }
    }

    public void Take(Guid endpoint)
    {
        lock (_lock)
        {
            _all++;
            _taken[endpoint] = _taken.GetValueOrDefault(endpoint) + 1;
        }
    }

    public void Leave(Guid endpoint, bool hasTimedOut)
    {
        lock (_lock)
        {
            _all--;
            if (--_taken[endpoint] == 0)
                _taken.Remove(endpoint);

            if (!hasTimedOut)
                _silent.Remove(endpoint);
            else if (_silent.Add(endpoint) && _silent.Count > MostSilent)
                _silent.Clear();
        }
    }
}
