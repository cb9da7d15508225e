using Npgsql;

namespace MjAspire.JobService.Running;

/// <summary>
/// Writes down what a provider answered, however long the database is away: the answer is nowhere else, and without it a picture that was
/// paid for would be paid for again. Bounded well below the broker's half-hour for a message.
/// </summary>
internal sealed partial class Recording(TimeProvider time, ILogger<Recording> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Shorter than the reconciler's round, so that whoever has the answer is first when the database is back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Does it again until the database has taken it; doing it twice must do no harm.</summary>
    public async Task InsistAsync(Guid jobId, Func<Task> record)
    {
        var giveUpAt = time.GetUtcNow() + Patience;
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await record();
                return;
            }
            catch (NpgsqlException e) when ((e.IsTransient || e is not PostgresException) && time.GetUtcNow() < giveUpAt)
            {
                if (isFirst)
                    Log.Waiting(logger, jobId, e);
                await Task.Delay(Pause, time);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Job {JobId}: the provider has answered and the database is away; the answer waits")]
        public static partial void Waiting(ILogger logger, Guid jobId, Exception exception);
    }
}
