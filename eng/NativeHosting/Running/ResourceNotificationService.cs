using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states a resource can be in.</summary>
public static class KnownResourceStates
{
    /// <summary>Nothing has happened to it.</summary>
    public const string NotStarted = "NotStarted";

    /// <summary>It waits for another.</summary>
    public const string Waiting = "Waiting";

    /// <summary>Its processes are there.</summary>
    public const string Running = "Running";

    /// <summary>A process of it went away; it is about to be started again.</summary>
    public const string Exited = "Exited";

    /// <summary>It cannot be started.</summary>
    public const string FailedToStart = "FailedToStart";
}

/// <summary>What is known of a running resource.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>One of <see cref="KnownResourceStates"/>.</summary>
    public string State { get; init; } = KnownResourceStates.NotStarted;

    /// <summary>Why it failed to start.</summary>
    public string? Reason { get; init; }

    /// <summary>What its checks say.</summary>
    public HealthStatus? HealthStatus { get; init; }

    /// <summary><c>executable.pid</c>, once a replica.</summary>
    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];
}

/// <summary>One thing known of a running resource.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value);

/// <summary>Something happened to a resource.</summary>
public sealed record ResourceEvent(IResource Resource, string ResourceId, CustomResourceSnapshot Snapshot);

/// <summary>What happens to the resources, and waiting for it.</summary>
public sealed class ResourceNotificationService(DistributedApplicationModel model)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CustomResourceSnapshot> _current = new(StringComparer.Ordinal);
    private readonly List<Waiter> _waiters = [];

    /// <summary>Waits until it runs and all its checks are healthy. Throws when it cannot be started.</summary>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForAsync(resourceName, snapshot => snapshot.State == KnownResourceStates.FailedToStart
            ? throw new DistributedApplicationException($"The resource '{resourceName}' failed to start: {snapshot.Reason}")
            : snapshot is { State: KnownResourceStates.Running, HealthStatus: HealthStatus.Healthy }, cancellationToken);

    /// <summary>Waits until it is in this state.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(resourceName, snapshot => snapshot.State == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>What is known of it now.</summary>
    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent)
    {
        lock (_lock)
            resourceEvent = _current.ContainsKey(resourceId) ? Event(resourceId) : null;
        return resourceEvent is not null;
    }

    internal void Publish(string resourceName, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        List<Waiter> done;
        lock (_lock)
        {
            _current[resourceName] = change(_current.GetValueOrDefault(resourceName, new()));
            done = _waiters.FindAll(waiter => waiter.ResourceName == resourceName && waiter.Check(Event(resourceName)));
            _waiters.RemoveAll(done.Contains);
        }

        done.ForEach(waiter => waiter.Complete());
    }

    internal async Task<ResourceEvent> WaitForAsync(
        string resourceName, Func<CustomResourceSnapshot, bool> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(resourceName, condition);
        lock (_lock)
        {
            if (waiter.Check(Event(resourceName)))
                waiter.Complete();
            else
                _waiters.Add(waiter);
        }

        return await waiter.Task.WaitAsync(cancellationToken);
    }

    private ResourceEvent Event(string name) => new(
        model.Find(name) ?? throw new ArgumentException($"There is no resource '{name}'.", nameof(name)), name,
        _current.GetValueOrDefault(name, new()));

    private sealed class Waiter(string resourceName, Func<CustomResourceSnapshot, bool> condition)
    {
        private readonly TaskCompletionSource<ResourceEvent> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ResourceEvent? _result;
        private Exception? _error;

        public string ResourceName => resourceName;

        public Task<ResourceEvent> Task => _source.Task;

        public bool Check(ResourceEvent happened)
        {
            try
            {
                _result = condition(happened.Snapshot) ? happened : null;
            }
            catch (DistributedApplicationException error)
            {
                _error = error;
            }

            return _result is not null || _error is not null;
        }

        public void Complete()
        {
            if (_error is not null)
                _source.SetException(_error);
            else
                _source.SetResult(_result!);
        }
    }
}
