using System.Collections.Frozen;
using System.Security.Cryptography;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService.Providers.Keys;

/// <summary>
/// The key an account is used with: the one that was stored, else the configured one. Read anew when somebody wants a key and the last look is
/// two seconds old, so that every replica uses a new key within moments and an idle one asks nothing.
/// </summary>
internal sealed partial class AccountKeys(ProviderKeys table, Seal seal, RestingAccounts resting, TimeProvider time, ILogger<AccountKeys> logger) : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Reading? _last;

    public async Task<string> OfAsync(EngineAccount account, CancellationToken cancellationToken) =>
        (await StoredAsync(cancellationToken)).GetValueOrDefault(account.Provider)?.Key ?? account.Options.Key;

    /// <summary>What is stored, by account.</summary>
    public async Task<IReadOnlyDictionary<string, StoredKey>> StoredAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        if (last is not null && time.GetUtcNow() - last.At < LookAgain)
            return last.Keys;

        // One looks; meanwhile the others take what was, unless there was nothing yet.
        if (!await _reading.WaitAsync(last is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken))
            return last!.Keys;
        try
        {
            if (ReferenceEquals(_last, last))
                _last = await ReadAsync(last, cancellationToken);
        }
        catch (NpgsqlException e) when (last is not null)
        {
            Log.Unread(logger, e);
            _last = last with { At = time.GetUtcNow() };
        }
        finally
        {
            _reading.Release();
        }
        return _last!.Keys;
    }

    public async Task SetAsync(EngineAccount account, string key, Guid by, CancellationToken cancellationToken)
    {
        await table.SetAsync(new(account.Provider, seal.Close(key), by, time.GetUtcNow()), cancellationToken);
        Log.Set(logger, account.Provider, by);
        _last = _last is { } last ? last with { At = DateTimeOffset.MinValue } : null;
    }

    public async Task RemoveAsync(EngineAccount account, Guid by, CancellationToken cancellationToken)
    {
        await table.RemoveAsync(account.Provider, cancellationToken);
        Log.Removed(logger, account.Provider, by);
        _last = _last is { } last ? last with { At = DateTimeOffset.MinValue } : null;
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Reading> ReadAsync(Reading? last, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var rows = await table.ListAsync(cancellationToken);
        var keys = rows.ToFrozenDictionary(row => row.Account, row => last?.Keys.GetValueOrDefault(row.Account) is { } known && known.SetAt == row.SetAt
            ? known
            : new StoredKey(Open(row), row.SetBy, row.SetAt), StringComparer.Ordinal);

        // An account that rested for its old key is worth a try with the new one.
        foreach (var account in keys.Keys.Union(last?.Keys.Keys ?? []).Where(account => keys.GetValueOrDefault(account) != last?.Keys.GetValueOrDefault(account)))
            resting.Wake(account);
        return new(keys, at);
    }

    private string? Open(ProviderKeyRow row)
    {
        try
        {
            return seal.Open(row.Sealed);
        }
        catch (CryptographicException e)
        {
            Log.Unreadable(logger, row.Account, e);
            return null;
        }
    }

    private sealed record Reading(FrozenDictionary<string, StoredKey> Keys, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The key of {Account} was set by {Owner}")]
        public static partial void Set(ILogger logger, string account, Guid owner);

        [LoggerMessage(2, LogLevel.Information, "The stored key of {Account} was removed by {Owner}")]
        public static partial void Removed(ILogger logger, string account, Guid owner);

        [LoggerMessage(3, LogLevel.Warning, "The stored keys could not be read; the last known ones are used")]
        public static partial void Unread(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Error, "The stored key of {Account} cannot be opened: the key ring that closed it is gone. Set it again")]
        public static partial void Unreadable(ILogger logger, string account, Exception exception);
    }
}

/// <summary>A key that was set while the system ran.</summary>
/// <param name="Key">Null when it cannot be opened any more.</param>
internal sealed record StoredKey(string? Key, Guid SetBy, DateTimeOffset SetAt)
{
    /// <summary>Not the key, whoever prints this.</summary>
    public override string ToString() => $"StoredKey of {SetAt:O}";
}
