using System.Data;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>A service's own Postgres database: one <see cref="NpgsqlDataSource"/>, SQL by hand, rows mapped by Dapper.</summary>
public static class Database
{
    /// <summary>
    /// Of one replica, unless the connection string says otherwise. A rush in every service at once must fit into what the server takes, 200 of
    /// ours: who is refused there tries again seconds later, who waits for a connection here has it in milliseconds.
    /// </summary>
    private const int MostConnections = 18;

    /// <summary>What Npgsql takes for a connection string that says nothing.</summary>
    private const int UsualPoolSize = 100;

    /// <summary>
    /// Registers the database of the connection string <paramref name="name"/> and brings its schema up to date at start
    /// from the calling service's embedded <c>Storage/Schema/*.sql</c>.
    /// </summary>
    /// <param name="name">Of the connection string, and of the health check.</param>
    /// <param name="isRequired">
    /// When false, the service starts and works without it: the schema follows in the background when the database is there,
    /// and while it is away health says "degraded", not "unhealthy".
    /// </param>
    /// <param name="plannerOptions">Server settings of its connections, <c>-c enable_seqscan=off</c>.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static WebApplicationBuilder AddDatabase(
        this WebApplicationBuilder builder, string name, bool isRequired = true, string? plannerOptions = null)
    {
        builder.AddNpgsqlDataSource(
            name,
            settings =>
            {
                settings.ConnectionString = settings.ConnectionString is { Length: > 0 } text
                    ? Complete(text, builder.Environment.ApplicationName, plannerOptions)
                    : throw new InvalidOperationException($"The connection string '{name}' (Postgres) is not set.");
                settings.DisableHealthChecks = true; // Aspire's knows no "degraded"
                settings.DisableTracing = settings.DisableMetrics = !builder.ExportsTelemetry();
            },
            source => source.ConfigureTracing(tracing => tracing
                // The loops that look for work ask several times a second; only what belongs to a trace is worth a span.
                .ConfigureCommandFilter(_ => Activity.Current is not null)
                .ConfigureCommandSpanNameProvider(command => StatementName.Of(command.CommandText))
                .EnablePhysicalOpenTracing(false)));

        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new TimestampHandler());
        builder.Services.AddSingleton(new SchemaScripts(Assembly.GetCallingAssembly(), "Storage.Schema."));
        builder.Services.AddSingleton<SchemaUpgrade>();
        if (isRequired)
            builder.Services.AddHostedService(services => services.GetRequiredService<SchemaUpgrade>());
        else
            builder.Services.AddHostedService<LateSchemaUpgrade>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>(name, isRequired ? HealthStatus.Unhealthy : HealthStatus.Degraded);
        return builder;
    }

    private static string Complete(string text, string application, string? plannerOptions)
    {
        var connection = new NpgsqlConnectionStringBuilder(text) { ApplicationName = application };
        connection.Options = $"{connection.Options} {plannerOptions}".Trim() is { Length: > 0 } options ? options : null;
        if (connection.MaxAutoPrepare == 0)
            connection.MaxAutoPrepare = 50;
        if (connection.MaxPoolSize == UsualPoolSize)
            connection.MaxPoolSize = MostConnections;

        // Else every use of a pooled connection begins with statements that undo what the one before may have set. Ours set nothing that
        // outlives its transaction, and who takes a lock for the session gives it back.
        connection.NoResetOnClose = true;
        return connection.ConnectionString;
    }

    /// <summary>Npgsql reads <c>timestamptz</c> as a UTC <see cref="DateTime"/>; rows hold <see cref="DateTimeOffset"/>.</summary>
    private sealed class TimestampHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new((DateTime)value, TimeSpan.Zero);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }

    private sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            // The probe is not part of anyone's trace.
            Activity.Current = null;
            try
            {
                await using var command = database.CreateCommand("select 1");
                command.CommandTimeout = 5;
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException e)
            {
                return new(context.Registration.FailureStatus, "The database cannot be reached.", e);
            }
        }
    }
}
