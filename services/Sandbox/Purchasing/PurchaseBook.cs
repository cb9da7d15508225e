namespace MjAspire.Sandbox.Purchasing;

/// <summary>Something a real provider would have charged for.</summary>
internal sealed record Purchase(string? State, string TaskId, string Prompt, DateTimeOffset At);

/// <summary>
/// The newest purchases, so that a test can tell whether anything was bought twice. Unlike tasks they are not forgotten by the fault <c>restart</c>.
/// </summary>
internal sealed class PurchaseBook(TimeProvider time)
{
    public const int Capacity = 20_000;

    private readonly Lock _lock = new();
    private readonly Queue<Purchase> _purchases = [];

    public void Add(string? state, string taskId, string prompt)
    {
        lock (_lock)
        {
            if (_purchases.Count >= Capacity)
                _purchases.Dequeue();
            _purchases.Enqueue(new(state, taskId, prompt, time.GetUtcNow()));
        }
    }

    /// <summary>Oldest first; with a state, only those that were submitted with it.</summary>
    public Purchase[] List(string? state)
    {
        lock (_lock)
            return state is null ? [.. _purchases] : [.. _purchases.Where(purchase => purchase.State == state)];
    }
}
