using System.ComponentModel;
using MjAspire.McpGateway.Limiting;
using Npgsql;

namespace MjAspire.McpGateway.Configuring;

/// <summary>What an administrator may change while the system runs; the configuration holds for everything that is absent.</summary>
internal sealed record Settings
{
    [Description("Rate limits by class of routes: read, generate, poll, admin.")]
    public IReadOnlyDictionary<string, Limit> Limits { get; init; } = new Dictionary<string, Limit>(StringComparer.Ordinal);

    [Description("The model version for owners who chose none; 'default' leaves it to the provider.")]
    public string? Version { get; init; }

    [Description("A sentence on the front page, at most 500 characters.")]
    public string? Notice { get; init; }

    private const int LongestNotice = 500;

    /// <summary>What is wrong with it, if anything. Pure.</summary>
    public string? Problem()
    {
        if (Limits is null)
            return "limits must be an object.";
        if (Limits.Keys.FirstOrDefault(name => !RouteClasses.Names.Contains(name, StringComparer.Ordinal)) is { } unknown)
            return $"There is no class '{unknown}'. Known: {string.Join(", ", RouteClasses.Names)}.";
        if (Limits.Values.Any(limit => limit is not { IsValid: true }))
            return $"burst and per_minute go from 1 to {Limit.Highest:N0}.";
        if (Version is not null && !ModelVersions.All.Contains(Version, StringComparer.Ordinal))
            return $"There is no version '{Version}'. Known: {string.Join(", ", ModelVersions.All)}.";
        return Notice?.Length > LongestNotice ? $"notice has at most {LongestNotice} characters." : null;
    }
}

/// <summary>The settings as this replica last read them: at most <see cref="Fresh"/> old, and the last known ones while the database is away.</summary>
internal sealed partial class RuntimeSettings(SettingsTable table, TimeProvider time, ILogger<RuntimeSettings> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);
    private static readonly Settings Nothing = new();

    private Settings? _known;
    private long _readAt;
    private int _reading;

    public async ValueTask<Settings> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && (time.GetElapsedTime(Interlocked.Read(ref _readAt)) < Fresh || Interlocked.Exchange(ref _reading, 1) == 1))
            return known; // fresh, or someone is asking already

        try
        {
            var read = (await table.ReadAsync(cancellationToken))?.Settings ?? Nothing;
            Take(read);
            return read;
        }
        catch (NpgsqlException e)
        {
            Log.Unreadable(logger, e.Message);
            Take(_known ?? Nothing);
            return _known ?? Nothing;
        }
        finally
        {
            Interlocked.Exchange(ref _reading, 0);
        }
    }

    /// <summary>They were changed here: this replica need not wait.</summary>
    public void Take(Settings settings)
    {
        _known = settings;
        Interlocked.Exchange(ref _readAt, time.GetTimestamp());
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The runtime settings cannot be read; what is known holds: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
