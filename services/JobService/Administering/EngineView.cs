using MjAspire.JobService.Providers;
using MjAspire.JobService.Providers.Keys;

namespace MjAspire.JobService.Administering;

/// <summary>An engine as administrators see it.</summary>
internal sealed record EngineView(string Name, IReadOnlyList<string> Models, IReadOnlyList<AccountView> Accounts);

/// <summary>An account as administrators see it; never its key.</summary>
/// <param name="Provider">Its name in jobs, metrics and callback addresses.</param>
/// <param name="RestingUntil">Not null: its quota is used up or its key not accepted, and other accounts take its jobs.</param>
internal sealed record AccountView(
    string Engine, string Name, string Provider, IReadOnlyList<string> Models, int Weight, int Concurrency, KeyView Key, DateTimeOffset? RestingUntil);

/// <summary>Where an account's key comes from.</summary>
/// <param name="Source"><c>stored</c>, <c>configured</c>, <c>none</c>, or <c>unreadable</c>: stored, and the key ring that closed it is gone.</param>
internal sealed record KeyView(string Source, Guid? SetBy, DateTimeOffset? SetAt);

/// <summary>Shows accounts.</summary>
internal sealed class AccountViews(IEnumerable<EngineAccount> accounts, ImageProviders providers, AccountKeys keys, RestingAccounts resting)
{
    public async Task<IReadOnlyList<EngineView>> AllAsync(CancellationToken cancellationToken)
    {
        var stored = await keys.StoredAsync(cancellationToken);
        return [.. accounts.Select(account => View(account, stored)).GroupBy(account => account.Engine, StringComparer.Ordinal).Select(engine =>
            new EngineView(engine.Key, [.. engine.SelectMany(account => account.Models).Distinct(StringComparer.Ordinal)], [.. engine]))];
    }

    public async Task<AccountView> OneAsync(EngineAccount account, CancellationToken cancellationToken) =>
        View(account, await keys.StoredAsync(cancellationToken));

    public EngineAccount? Find(string engine, string name) => accounts.FirstOrDefault(account => account.Engine == engine && account.Name == name);

    private AccountView View(EngineAccount account, IReadOnlyDictionary<string, StoredKey> stored) => new(
        account.Engine, account.Name, account.Provider, [.. providers.Named(account.Provider)!.Models.Select(model => model.Name)],
        account.Options.Weight, account.Options.Concurrency, Key(account, stored.GetValueOrDefault(account.Provider)), resting.Until(account.Provider));

    private static KeyView Key(EngineAccount account, StoredKey? stored) => stored switch
    {
        { Key: not null } => new("stored", stored.SetBy, stored.SetAt),
        { Key: null } => new("unreadable", stored.SetBy, stored.SetAt),
        _ => new(account.Options.Key.Length > 0 ? "configured" : "none", null, null),
    };
}
