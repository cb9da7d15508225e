namespace MjAspire.McpGateway.Upstream;

/// <summary>A service said no, or said nothing. Code and message are fit for the caller's eyes.</summary>
internal sealed class RefusedException : Exception
{
    public RefusedException(string code, string message, Exception? cause = null) : base(message, cause) => Code = code;

    public string Code { get; }

    /// <summary>As the service said it in HTTP.</summary>
    public int Status { get; init; } = 503;

    public static RefusedException JobNotFound(string jobId) => new("E_JOB_NOT_FOUND", $"There is no job '{jobId}' of yours.") { Status = 404 };

    public static RefusedException NotInTime(Exception cause) =>
        new("E_TIMEOUT", "A service behind the gateway did not answer in time. Try again in a few seconds.", cause);
}
