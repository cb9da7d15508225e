using System.Reflection;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>Where schema scripts are embedded: resources of <paramref name="Assembly"/> whose name holds <paramref name="Folder"/>.</summary>
internal sealed record SchemaScripts(Assembly Assembly, string Folder)
{
    /// <summary>Name and text, in the order of their numbered names.</summary>
    public IEnumerable<(string Name, string Sql)> Read() =>
        from resource in Assembly.GetManifestResourceNames()
        let at = resource.IndexOf(Folder, StringComparison.Ordinal)
        where at >= 0 && resource.EndsWith(".sql", StringComparison.Ordinal)
        orderby resource
        select (Assembly.GetName().Name + "/" + resource[(at + Folder.Length)..], Text(resource));

    private string Text(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

/// <summary>
/// Applies the scripts a database has not seen, each once, in one transaction and under a lock, so that replicas may start together.
/// Runs before the service takes requests or messages. Scripts are only ever added: a script that was released is never edited.
/// </summary>
internal sealed partial class SchemaUpgrade(
    NpgsqlDataSource database, IEnumerable<SchemaScripts> sources, TimeProvider time, ILogger<SchemaUpgrade> logger) : IHostedService
{
    /// <summary>Any constant will do; it only has to be the same in every replica.</summary>
    private const long AdvisoryLock = 0x4D6A417370697265;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var giveUpAt = time.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                await ApplyAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false } && time.GetUtcNow() < giveUpAt)
            {
                Log.Waiting(logger, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>One try.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
        await connection.ExecuteAsync("create table if not exists schema_scripts (name text primary key, applied_at timestamptz not null)");
        var applied = (await connection.QueryAsync<string>("select name from schema_scripts")).ToHashSet(StringComparer.Ordinal);

        foreach (var (name, sql) in sources.SelectMany(source => source.Read()).Where(script => !applied.Contains(script.Name)))
        {
            await connection.ExecuteAsync(sql);
            await connection.ExecuteAsync("insert into schema_scripts values (@name, @now)", new { name, now = time.GetUtcNow() });
            Log.Applied(logger, name);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Schema: applied {Script}")]
        public static partial void Applied(ILogger logger, string script);

        [LoggerMessage(2, LogLevel.Warning, "Schema: the database is not ready yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}
