using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// The transactional outbox: a message is published if, and only if, the transaction that decided it was committed.
/// At least once; a repeat carries the same message id.
/// </summary>
public sealed class Outbox(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>Begins a transaction that can publish.</summary>
    public async Task<OutboxTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return new(this, connection, await connection.BeginTransactionAsync(cancellationToken), time);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _work.Dispose();

    /// <summary>Tells the dispatcher of this process that there is something to do.</summary>
    internal void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been told already and will look.
        }
    }

    /// <summary>Waits until there may be something to do: a commit here, or the poll that finds what a killed replica left.</summary>
    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _work.WaitAsync(atMost, cancellationToken);
}

/// <summary>One transaction and the messages that leave with it.</summary>
public sealed class OutboxTransaction : IAsyncDisposable
{
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly List<object> _messages = [];

    internal OutboxTransaction(Outbox outbox, NpgsqlConnection connection, NpgsqlTransaction transaction, TimeProvider time)
    {
        _outbox = outbox;
        _time = time;
        Connection = connection;
        Transaction = transaction;
    }

    /// <summary>For the statements that belong to this transaction.</summary>
    public NpgsqlConnection Connection { get; }

    private NpgsqlTransaction Transaction { get; }

    /// <summary>Publishes the message once this transaction is committed.</summary>
    public void Publish(object message) => _messages.Add(message);

    /// <summary>Writes the messages beside the data, commits both, and wakes the dispatcher.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_messages.Count == 0)
        {
            await Transaction.CommitAsync(cancellationToken);
            return;
        }

        // In one round trip: the server ends the transaction only when it has taken the messages.
        await using var batch = new NpgsqlBatch(Connection) { BatchCommands = { Messages(), new("commit") } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        _outbox.Wake();
    }

    private NpgsqlBatchCommand Messages() => new(
        """
        insert into outbox (message_id, type, body, trace_parent, created_at)
        select id, type, body, $4, $5 from unnest($1, $2, $3) as message (id, type, body)
        """)
    {
        Parameters =
        {
            new() { Value = _messages.ConvertAll(_ => Guid.CreateVersion7()) },
            new() { Value = _messages.ConvertAll(message => message.GetType().AssemblyQualifiedName!) },
            new() { Value = _messages.ConvertAll(message => JsonSerializer.Serialize(message, message.GetType())) },
            new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = _time.GetUtcNow() },
        },
    };

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}

/// <summary>Registration.</summary>
public static class OutboxRegistration
{
    /// <summary>Adds the outbox to the service's database, and the loop that empties it onto the bus.</summary>
    public static WebApplicationBuilder AddOutbox(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new SchemaScripts(typeof(Outbox).Assembly, "Outbox.Schema."));
        builder.Services.AddSingleton<Outbox>();
        builder.Services.AddSingleton<OutboxMetrics>();
        builder.Services.AddHostedService<OutboxDispatcher>();
        return builder;
    }
}
