using Microsoft.AspNetCore.Diagnostics;
using MjAspire.ServiceDefaults;
using Npgsql;

namespace MjAspire.ImageStore.Blobs;

/// <summary>A full disk or a bucket that refuses is not the caller's fault and not for ever: 503, and when to come back.</summary>
internal sealed partial class StorageFailures(ILogger<StorageFailures> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        // A foreign key: the sweep took a blob away that lay longer than its grace before it was referred to.
        var isOurs = exception is IOException or UnauthorizedAccessException or PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };
        if (!isOurs || exception is InterruptedSourceException)
            return false;

        Log.Unavailable(logger, exception);
        context.Response.Headers.RetryAfter = "30";
        await Problems.Of(503, "E_STORAGE_UNAVAILABLE", "Pictures cannot be read or written at the moment. Nothing was done; try again.")
            .ExecuteAsync(context);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The place pictures are kept in cannot be read or written")]
        public static partial void Unavailable(ILogger logger, Exception exception);
    }
}
