using Dapper;
using MjAspire.JobService.Providers;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Running;

/// <summary>
/// How many tasks a provider has of ours at once, over all replicas. There is no counter to go wrong after a crash: the jobs themselves are
/// counted, one taker at a time.
/// </summary>
internal static class ProviderSlots
{
    /// <summary>Whether the job that this transaction moves to "submitting" finds a place. It counts itself already.</summary>
    public static async Task<bool> TakeAsync(OutboxTransaction unit, IImageProvider provider)
    {
        if (provider.Concurrency == 0)
            return true;

        await unit.Connection.ExecuteAsync("select pg_advisory_xact_lock(hashtext(@Name))", new { provider.Name });
        var busy = await unit.Connection.ExecuteScalarAsync<int>(
            "select count(*) from jobs where provider = @Name and phase in ('Submitting', 'Drawing')", new { provider.Name });
        return busy <= provider.Concurrency;
    }
}
