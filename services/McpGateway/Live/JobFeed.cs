using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Live;

/// <summary>
/// Everything that happens to jobs, as this replica hears it, for live streams: the newest events are kept, so that a reader that comes back
/// can go on where it was; each reader gets its owner's. A reader that does not keep up is dropped.
/// </summary>
internal sealed class JobFeed(GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Events kept for those who come back, of all owners.</summary>
    public const int Kept = 4_096;

    public const int MostReaders = 2_000;
    public const int MostReadersOfOneOwner = 50;

    /// <summary>What clocks of replicas, and the ways events take to them, may differ by. Milliseconds.</summary>
    private const long Overlap = 2_000;

    private readonly Lock _lock = new();
    private readonly LiveEvent?[] _ring = new LiveEvent?[Kept];
    private readonly Dictionary<Guid, List<FeedReader>> _readers = [];
    private readonly string _replica = Guid.CreateVersion7().ToString("N")[^8..];
    private long _next = 1;
    private int _count;

    /// <summary>From here on nothing is missing.</summary>
    private long _completeSince = time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Publish(JobChanged change)
    {
        lock (_lock)
        {
            var heard = LiveEvent.Of(change, _next, new(Now(), _replica, _next));
            var slot = _next++ % Kept;
            if (_ring[slot] is { } forgotten)
                _completeSince = forgotten.Id.HeardAt + 1;
            _ring[slot] = heard;

            foreach (var reader in _readers.GetValueOrDefault(change.OwnerId) ?? [])
                Tell(reader, heard);
        }
    }

    /// <summary>The bus was away: what happened meanwhile was not heard here, and every reader is told so.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Array.Clear(_ring);
            _completeSince = Now();
            var gap = LiveEvent.Gap(_next, new(Now(), _replica, _next));
            _next++;
            foreach (var reader in _readers.Values.SelectMany(readers => readers))
                Tell(reader, gap);
        }
    }

    /// <summary>Begins to read; null when there are too many readers.</summary>
    /// <param name="owner">Whose events.</param>
    /// <param name="jobId">Of one job only.</param>
    /// <param name="last">The last event the reader has seen; what came after it is given first.</param>
    public FeedReader? Read(Guid owner, Guid? jobId, EventId? last)
    {
        lock (_lock)
        {
            var readers = _readers.GetValueOrDefault(owner) ?? [];
            if (_count >= MostReaders || readers.Count >= MostReadersOfOneOwner)
                return null;

            var reader = new FeedReader(owner, jobId, Leave);
            if (last is { } seen)
            {
                if (!IsComplete(seen))
                    reader.Missed.Add(LiveEvent.Gap(_next - 1, new(Now(), _replica, _next - 1)));
                reader.Missed.AddRange(After(seen).Where(reader.Wants));
            }

            _readers[owner] = readers;
            readers.Add(reader);
            _count++;
            return reader;
        }
    }

    private bool IsComplete(EventId seen) => seen.HeardAt >= _completeSince;

    private IEnumerable<LiveEvent> After(EventId seen)
    {
        var oldest = Math.Max(1, _next - Kept);
        for (var position = oldest; position < _next; position++)
        {
            if (_ring[position % Kept] is { } kept && kept.Position == position
                && (seen.Replica == _replica ? position > seen.Position : kept.Id.HeardAt >= seen.HeardAt - Overlap))
                yield return kept;
        }
    }

    private void Tell(FeedReader reader, LiveEvent heard)
    {
        if (!reader.TryTell(heard))
            metrics.ReaderDropped();
    }

    private void Leave(FeedReader reader)
    {
        lock (_lock)
        {
            if (_readers.GetValueOrDefault(reader.OwnerId) is not { } readers || !readers.Remove(reader))
                return;
            _count--;
            if (readers.Count == 0)
                _readers.Remove(reader.OwnerId);
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
