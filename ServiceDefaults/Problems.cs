using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>Errors as RFC 9457 problem details, each with a stable <c>code</c> a program can branch on.</summary>
public static partial class Problems
{
    /// <summary>A problem with its stable code, such as <c>E_JOB_NOT_FOUND</c>, and a sentence for people.</summary>
    public static ProblemHttpResult Of(int status, string code, string detail, IReadOnlyDictionary<string, object?>? more = null)
    {
        var extensions = new Dictionary<string, object?>(more ?? new Dictionary<string, object?>(), StringComparer.Ordinal) { ["code"] = code };
        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }

    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", CodeOf(context.ProblemDetails.Status ?? 500)));
        services.AddExceptionHandler<DependencyFailures>();
    }

    /// <summary>The code of an answer that no endpoint chose: routing, binding, an exception.</summary>
    private static string CodeOf(int status) => status switch
    {
        400 or 415 or 422 => "E_SERIALIZATION_ERROR",
        401 => "E_AUTHENTICATION_FAILED",
        403 => "E_FORBIDDEN",
        404 => "E_NOT_FOUND",
        405 => "E_METHOD_NOT_ALLOWED",
        413 => "E_TOO_LARGE",
        429 => "E_RATE_LIMITED",
        503 => "E_UNAVAILABLE",
        504 => "E_TIMEOUT",
        _ => "E_INTERNAL",
    };

    /// <summary>A database that is away is not the caller's fault and not for ever: 503, and when to come back.</summary>
    internal sealed partial class DependencyFailures(ILogger<DependencyFailures> logger) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            switch (exception)
            {
                case BadHttpRequestException bad:
                    await Of(bad.StatusCode, CodeOf(bad.StatusCode), bad.Message).ExecuteAsync(context);
                    return true;
                case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                    return true; // nobody is left to read an answer
                case NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: TimeoutException or IOException }
                    or PostgresException { SqlState: "57P01" or "57P02" or "57P03" }:
                    Log.DatabaseAway(logger, exception);
                    context.Response.Headers.RetryAfter = "5";
                    await Of(503, "E_UNAVAILABLE", "The database cannot be reached. Nothing was done; try again.").ExecuteAsync(context);
                    return true;
                default:
                    return false;
            }
        }

        private static partial class Log
        {
            [LoggerMessage(1, LogLevel.Error, "The database cannot be reached")]
            public static partial void DatabaseAway(ILogger logger, Exception exception);
        }
    }
}
