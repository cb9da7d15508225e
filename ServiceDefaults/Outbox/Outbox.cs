using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>
/// The transactional outbox: a message is published if, and only if, the transaction that decided it was committed.
/// At least once; a repeat carries the same message id.
/// </summary>
public sealed class Outbox(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>The messages as rows, for a statement that writes them beside the data by itself: it is a transaction of its own, in one round trip.</summary>
    public OutboxRows Rows(params IReadOnlyList<object> messages) => new(
        [.. messages.Select(_ => Guid.CreateVersion7())],
        [.. messages.Select(message => message.GetType().AssemblyQualifiedName!)],
        [.. messages.Select(message => JsonSerializer.Serialize(message, message.GetType()))],
        Activity.Current?.Id,
        time.GetUtcNow());

    /// <summary>Begins a transaction that can publish.</summary>
    public async Task<OutboxTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return new(this, connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _work.Dispose();

    /// <summary>Tells the dispatcher of this process that there is something to do: rows have been committed.</summary>
    public void Wake()
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

/// <summary>Messages on their way into the table <c>outbox</c>: parameters of a statement that contains <see cref="Insert"/>.</summary>
public sealed record OutboxRows(Guid[] MessageIds, string[] MessageTypes, string[] MessageBodies, string? MessageTrace, DateTimeOffset WrittenAt)
{
    /// <summary>Writes all of them, once for each row of what is joined to it: <c>$"{OutboxRows.Insert}, job"</c> for none when <c>job</c> is empty.</summary>
    public const string Insert =
        """
        insert into outbox (message_id, type, body, trace_parent, created_at)
        select message.id, message.type, message.body, @MessageTrace, @WrittenAt
        from unnest(@MessageIds, @MessageTypes, @MessageBodies) as message (id, type, body)
        """;
}

/// <summary>One transaction and the messages that leave with it.</summary>
public sealed class OutboxTransaction : IAsyncDisposable
{
    private readonly Outbox _outbox;
    private readonly List<object> _messages = [];

    internal OutboxTransaction(Outbox outbox, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_outbox, Connection, Transaction) = (outbox, connection, transaction);

    /// <summary>For the statements that belong to this transaction.</summary>
    public NpgsqlConnection Connection { get; }

    private NpgsqlTransaction Transaction { get; }

    /// <summary>Publishes the message once this transaction is committed.</summary>
    public void Publish(object message) => _messages.Add(message);

    /// <summary>Writes the messages beside the data, commits both, and wakes the dispatcher.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_messages.Count > 0)
            await Connection.ExecuteAsync(OutboxRows.Insert, _outbox.Rows(_messages));
        await Transaction.CommitAsync(cancellationToken);
        _outbox.Wake();
    }

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
