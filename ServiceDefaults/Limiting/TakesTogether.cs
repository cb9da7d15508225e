namespace MjAspire.ServiceDefaults.Limiting;

/// <summary>
/// Takes from a bucket that come while one is under way leave together, as one take of all they want. Whoever comes alone leaves at once; a busy
/// key costs Redis no more than a quiet one.
/// </summary>
/// <param name="take">Asks Redis: null when it cannot be asked.</param>
internal sealed class TakesTogether(Func<Bucket, ValueTask<Grant?>> take)
{
    private readonly Lock _lock = new();

    /// <summary>Who waits, by bucket; a bucket is in it while a take is under way.</summary>
    private readonly Dictionary<Bucket, List<TaskCompletionSource<Grant?>>> _waiting = [];

    public async ValueTask<Grant?> TakeAsync(Bucket bucket)
    {
        TaskCompletionSource<Grant?>? later = null;
        lock (_lock)
        {
            if (_waiting.TryGetValue(bucket, out var others))
                others.Add(later = new(TaskCreationOptions.RunContinuationsAsynchronously));
            else
                _waiting.Add(bucket, []);
        }
        if (later is not null)
            return await later.Task;

        try
        {
            return await take(bucket);
        }
        finally
        {
            _ = TakeForOthersAsync(bucket);
        }
    }

    private async Task TakeForOthersAsync(Bucket bucket)
    {
        while (Next(bucket) is { Count: > 0 } waiting)
        {
            try
            {
                await TakeAsync(bucket, waiting);
            }
            catch (Exception e)
            {
                waiting.ForEach(one => one.TrySetException(e));
            }
        }
    }

    private List<TaskCompletionSource<Grant?>> Next(Bucket bucket)
    {
        lock (_lock)
        {
            var waiting = _waiting[bucket];
            if (waiting.Count > 0)
                _waiting[bucket] = [];
            else
                _waiting.Remove(bucket);
            return waiting;
        }
    }

    private async Task TakeAsync(Bucket bucket, List<TaskCompletionSource<Grant?>> waiting)
    {
        var all = await take(bucket with { Tokens = bucket.Tokens * waiting.Count });
        if (all is { Granted: true } || all is null)
        {
            for (var i = 0; i < waiting.Count; i++)
                waiting[i].SetResult(all is { } grant ? grant with { Remaining = grant.Remaining + bucket.Tokens * (waiting.Count - 1 - i) } : null);
            return;
        }

        // Not enough for all of them, and nothing is taken: each asks for itself, in the order they came.
        var each = waiting.ConvertAll(_ => take(bucket).AsTask());
        for (var i = 0; i < waiting.Count; i++)
            waiting[i].SetResult(await each[i]);
    }
}
