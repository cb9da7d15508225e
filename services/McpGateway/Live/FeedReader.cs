using System.Threading.Channels;

namespace MjAspire.McpGateway.Live;

/// <summary>One live stream's place at the feed.</summary>
internal sealed class FeedReader(Guid owner, Guid? jobId, Action<FeedReader> leave) : IDisposable
{
    /// <summary>Events that may wait for a reader. One that leaves more unread is dropped.</summary>
    public const int MostUnread = 256;

    private readonly Channel<LiveEvent> _heard =
        Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(MostUnread) { SingleReader = true });
    private readonly CancellationTokenSource _dropped = new();
    private int _isDropped;

    public Guid OwnerId => owner;

    /// <summary>What came since the reader was last here; at most what the feed keeps.</summary>
    public List<LiveEvent> Missed { get; } = [];

    public ChannelReader<LiveEvent> Heard => _heard.Reader;

    /// <summary>Ends a write that hangs because the other side does not read.</summary>
    public CancellationToken Dropped => _dropped.Token;

    public bool Wants(LiveEvent heard) =>
        heard.Type == LiveEvent.Reset || (heard.OwnerId == owner && (jobId is null || heard.JobId == jobId));

    /// <returns>False when the reader is dropped by this.</returns>
    internal bool TryTell(LiveEvent heard)
    {
        if (_isDropped != 0 || !Wants(heard) || _heard.Writer.TryWrite(heard))
            return true;

        _isDropped = 1;
        _heard.Writer.TryComplete();
        ThreadPool.UnsafeQueueUserWorkItem(static dropped => dropped.Cancel(), _dropped, preferLocal: false); // not under the feed's lock
        return false;
    }

    public void Dispose() => leave(this);
}
