using System.Diagnostics.CodeAnalysis;

namespace MjAspire.Sandbox.Running;

/// <summary>The newest tasks, in memory. A restart forgets them, which is what the real proxies are complained about for.</summary>
internal sealed class TaskStore(TimeProvider time)
{
    public const int Capacity = 5_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SandboxTask> _tasks = [];
    private readonly Queue<SandboxTask> _oldest = [];
    private long _lastId;

    /// <summary>Unix milliseconds and three more digits; numeric, growing, never twice.</summary>
    public string NextId()
    {
        lock (_lock)
        {
            _lastId = Math.Max(_lastId + 1, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
            return $"{_lastId}";
        }
    }

    /// <summary>No when it is full and the oldest task still runs.</summary>
    public bool TryAdd(SandboxTask task)
    {
        lock (_lock)
        {
            if (_oldest.Count >= Capacity)
            {
                if (!_oldest.Peek().CanBeForgotten)
                    return false;
                _tasks.Remove(_oldest.Dequeue().Id);
            }
            _tasks.Add(task.Id, task);
            _oldest.Enqueue(task);
            return true;
        }
    }

    public bool TryGet(string id, [NotNullWhen(true)] out SandboxTask? task)
    {
        lock (_lock)
            return _tasks.TryGetValue(id, out task);
    }

    public void Forget(string id)
    {
        lock (_lock)
            _tasks.Remove(id);
    }
}
