using System.Threading.Channels;
using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Jobs;

/// <summary>
/// Everything that happens to jobs, as this replica hears it, for whoever listens here and now: waiting calls, subscriptions, live streams.
/// News is a hint and may be lost (the bus away, a slow listener); the truth is asked of JobService.
/// </summary>
internal sealed class JobNews(GatewayMetrics metrics)
{
    /// <summary>Listeners of one replica; who comes later is served by polling.</summary>
    public const int MostListeners = 5_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<Listener>> _byTopic = [];
    private int _listeners;

    /// <summary>Begins to listen; null when too many do already.</summary>
    /// <param name="owner">Whose news; another owner's is never heard.</param>
    /// <param name="topics">Job ids, or the owner's own id for all jobs.</param>
    /// <param name="capacity">How much may wait to be read; beyond it the oldest is forgotten.</param>
    public Listener? Listen(Guid owner, IEnumerable<Guid> topics, int capacity = 1)
    {
        var listener = new Listener(this, owner, [.. topics.Distinct()], capacity);
        lock (_lock)
        {
            if (_listeners >= MostListeners)
                return null;

            _listeners++;
            foreach (var topic in listener.Topics)
            {
                if (!_byTopic.TryGetValue(topic, out var list))
                    _byTopic[topic] = list = [];
                list.Add(listener);
            }
        }
        metrics.Listeners(1);
        return listener;
    }

    public void Publish(JobChanged change)
    {
        lock (_lock)
        {
            // Writing never waits: a full channel forgets its oldest.
            Tell(change.JobId);
            Tell(change.OwnerId);
        }

        void Tell(Guid topic)
        {
            if (!_byTopic.TryGetValue(topic, out var list))
                return;
            foreach (var listener in list)
                listener.Hear(change);
        }
    }

    private void Remove(Listener listener)
    {
        lock (_lock)
        {
            _listeners--;
            foreach (var topic in listener.Topics)
            {
                if (_byTopic.TryGetValue(topic, out var list) && list.Remove(listener) && list.Count == 0)
                    _byTopic.Remove(topic);
            }
        }
        metrics.Listeners(-1);
    }

    internal sealed class Listener(JobNews news, Guid owner, Guid[] topics, int capacity) : IDisposable
    {
        private readonly Channel<JobChanged> _heard = Channel.CreateBounded<JobChanged>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        private int _disposed;

        public ChannelReader<JobChanged> Heard => _heard.Reader;

        internal Guid[] Topics => topics;

        internal void Hear(JobChanged change)
        {
            if (change.OwnerId == owner)
                _heard.Writer.TryWrite(change);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                news.Remove(this);
        }
    }
}
