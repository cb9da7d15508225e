using System.Text;
using Dapper;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Querying;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.JobService.Storage;

/// <summary>The tables <c>jobs</c>, <c>job_history</c> and <c>submit_attempts</c>.</summary>
internal sealed class JobStore(NpgsqlDataSource database, Outbox outbox)
{
    /// <summary>
    /// Behind the row that moved, in the same statement: its history and what it publishes. One round trip is all there is to a move, and none keeps
    /// its row locked.
    /// </summary>
    private const string HistoryAndMessages =
        $"""

        , told as ({OutboxRows.Insert}, job)
        insert into job_history (job_id, sequence, occurred_at, status, message, step)
        select id, @Sequence, @UpdatedAt, @Status, @Message, @Step from job
        """;

    public async Task<Job?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<JobRow>($"select {JobRow.Columns} from jobs where id = @id", new { id });
        return row?.ToJob();
    }

    /// <summary>Those that exist, in no order.</summary>
    public async Task<IReadOnlyList<Job>> FindAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<JobRow>($"select {JobRow.Columns} from jobs where id = any(@ids)", new { ids });
        return [.. rows.Select(row => row.ToJob())];
    }

    public async Task<IReadOnlyList<HistoryRow>> HistoryAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<HistoryRow>(
            "select occurred_at, status, message, step from job_history where job_id = @id order by sequence", new { id })).AsList();
    }

    /// <summary>An owner's jobs, newest first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(Guid owner, JobQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<JobRow>(ListSql(query), ListParameters(owner, query));
        return [.. rows.Select(row => row.ToJob())];
    }

    /// <summary>Only the parts that narrow are in the statement, so that each is planned for what it asks.</summary>
    internal static string ListSql(JobQuery query)
    {
        var sql = new StringBuilder($"select {JobRow.Columns} from jobs where owner_id = @owner");
        if (query.Cursor is not null)
            sql.Append(" and id < @Cursor");
        if (query.Status is not null)
            sql.Append(" and status = any(@statuses)");
        if (query.Kind is not null)
            sql.Append(" and kind = @Kind");
        if (query.Operation is not null)
            sql.Append(" and operation = @Operation");
        if (query.Model is not null)
            sql.Append(" and input_data ->> 'model' = @Model");
        if (query.Text is not null)
            sql.Append(" and to_tsvector('simple', coalesce(input_data ->> 'prompt', '')) @@ websearch_to_tsquery('simple', @Text)");
        if (query.CreatedAfter is not null)
            sql.Append(" and created_at >= @CreatedAfter");
        if (query.CreatedBefore is not null)
            sql.Append(" and created_at < @CreatedBefore");
        return sql.Append(" order by id desc limit @Limit").ToString();
    }

    internal static object ListParameters(Guid owner, JobQuery query) => new
    {
        owner,
        query.Cursor,
        statuses = query.Status?.Split(','),
        query.Kind,
        query.Operation,
        query.Model,
        query.Text,
        query.CreatedAfter,
        query.CreatedBefore,
        query.Limit,
    };

    /// <summary>Inserts a new job and publishes the messages, or answers false when its owner has used the idempotency key before.</summary>
    public async Task<bool> InsertAsync(Job job, string? idempotencyKey, byte[] requestHash, OutboxRows messages, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return Told(await InsertAsync(connection, job, idempotencyKey, requestHash, messages));
    }

    /// <summary>The same within a transaction.</summary>
    public static async Task<bool> InsertAsync(NpgsqlConnection connection, Job job, string? idempotencyKey, byte[] requestHash, OutboxRows messages)
    {
        var row = JobRow.From(job);
        return await connection.ExecuteAsync(
            """
            with job as (insert into jobs (id, owner_id, kind, operation, status, phase, sequence, progress, step, message, input_data, metadata, artifacts,
                              parent_id, batch_id, batch_index, retry_of, seed, idempotency_key, request_hash, trace_parent, created_at, updated_at, next_check_at)
            values (@Id, @OwnerId, @Kind, @Operation, @Status, @Phase, @Sequence, @Progress, @Step, @Message, @InputData::jsonb, @Metadata::jsonb,
                    @Artifacts::jsonb, @ParentId, @BatchId, @BatchIndex, @RetryOf, @Seed, @idempotencyKey, @requestHash, @TraceParent, @CreatedAt, @UpdatedAt, @NextCheckAt)
            on conflict (owner_id, idempotency_key) where idempotency_key is not null do nothing
            returning id)
            """ + HistoryAndMessages,
            new
            {
                row.Id,
                row.OwnerId,
                row.Kind,
                row.Operation,
                row.Status,
                row.Phase,
                row.Sequence,
                row.Progress,
                row.Step,
                row.Message,
                row.InputData,
                row.Metadata,
                row.Artifacts,
                row.ParentId,
                row.BatchId,
                row.BatchIndex,
                row.RetryOf,
                row.Seed,
                row.TraceParent,
                row.CreatedAt,
                row.UpdatedAt,
                row.NextCheckAt,
                idempotencyKey,
                requestHash,
                messages.MessageIds,
                messages.MessageTypes,
                messages.MessageBodies,
                messages.MessageTrace,
                messages.WrittenAt,
            }) == 1;
    }

    /// <summary>The job that used the key, and the hash of the request that made it.</summary>
    public async Task<(Job Job, byte[] RequestHash)> FindByKeyAsync(Guid owner, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var hash = await connection.QuerySingleAsync<(Guid Id, byte[] RequestHash)>(
            "select id, request_hash from jobs where owner_id = @owner and idempotency_key = @key", new { owner, key });
        return ((await FindAsync(hash.Id, cancellationToken))!, hash.RequestHash);
    }

    /// <summary>Writes a transition and publishes the messages, or answers false when another was faster and the decision must be made anew.</summary>
    public async Task<bool> UpdateAsync(Job before, Job after, OutboxRows messages, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return Told(await UpdateAsync(connection, before, after, messages));
    }

    /// <summary>The same within a transaction.</summary>
    public static async Task<bool> UpdateAsync(NpgsqlConnection connection, Job before, Job after, OutboxRows messages)
    {
        var row = JobRow.From(after);
        return await connection.ExecuteAsync(
            """
            with job as (update jobs set status = @Status, phase = @Phase, sequence = @Sequence, progress = @Progress, step = @Step,
                   total_steps = @TotalSteps, completed_steps = @CompletedSteps, remaining = @Remaining, message = @Message, error_code = @ErrorCode,
                   artifacts = @Artifacts::jsonb, result = @Result::jsonb, answer = @Answer::jsonb, provider = @Provider, provider_task_id = @ProviderTaskId,
                   buttons = @Buttons::jsonb, seed = @Seed, sources = @Sources::jsonb, updated_at = @UpdatedAt, started_at = @StartedAt,
                   finished_at = @FinishedAt, deadline_at = @DeadlineAt, next_check_at = @NextCheckAt
            where id = @Id and sequence = @expected
            returning id)
            """ + HistoryAndMessages,
            new
            {
                row.Status,
                row.Phase,
                row.Sequence,
                row.Progress,
                row.Step,
                row.TotalSteps,
                row.CompletedSteps,
                row.Remaining,
                row.Message,
                row.ErrorCode,
                row.Artifacts,
                row.Result,
                row.Answer,
                row.Provider,
                row.ProviderTaskId,
                row.Buttons,
                row.Seed,
                row.Sources,
                row.UpdatedAt,
                row.StartedAt,
                row.FinishedAt,
                row.DeadlineAt,
                row.NextCheckAt,
                row.Id,
                expected = before.Sequence,
                messages.MessageIds,
                messages.MessageTypes,
                messages.MessageBodies,
                messages.MessageTrace,
                messages.WrittenAt,
            }) == 1;
    }

    private bool Told(bool done)
    {
        if (done)
            outbox.Wake();
        return done;
    }
}

/// <summary>A row of <c>job_history</c>.</summary>
internal sealed record HistoryRow(DateTimeOffset OccurredAt, string Status, string? Message, string? Step);
