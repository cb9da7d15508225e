namespace MjAspire.AppHost.Running;

/// <summary>Whether, and after how long, a process that ended is started again.</summary>
internal static class RestartPolicy
{
    /// <summary>sysexits.h: EX_UNAVAILABLE, a program is missing; EX_CONFIG, the configuration is wrong. Neither mends itself.</summary>
    private const int Unavailable = 69, Configuration = 78;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether it ended by itself, however well, and may do better the next time. What is stopped in the dashboard goes through "stopping".
    /// </summary>
    /// <param name="before">Its state until now.</param>
    /// <param name="exitCode">Null when nobody knows it, after a signal say.</param>
    public static bool IsCrash(string? before, string? now, int? exitCode) =>
        before == KnownResourceStates.Running && KnownResourceStates.TerminalStates.Contains(now) && exitCode is not (Unavailable or Configuration);

    /// <param name="before">Crashes in a row until now.</param>
    /// <param name="ranFor">How long it ran since it was last started.</param>
    public static int CrashesInARow(int before, TimeSpan ranFor) => ranFor >= Settled ? 1 : before + 1;

    /// <summary>1, 2, 4, 8, 16, 30 seconds.</summary>
    public static TimeSpan PauseAfter(int crashesInARow) =>
        TimeSpan.FromSeconds(Math.Min(Math.Pow(2, crashesInARow - 1), LongestPause.TotalSeconds));
}
