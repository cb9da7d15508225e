namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// Tells the worker of this process that there may be something to do. Other replicas find what is left over by polling; a NOTIFY to all
/// would make every commit of the planner queue up for one lock of the server, to save a replica that has time half a second.
/// </summary>
internal sealed class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set already.
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
