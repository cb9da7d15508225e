namespace MjAspire.McpGateway.Jobs;

/// <summary>JobService said no, or said nothing. Code and message are fit for the caller's eyes.</summary>
internal sealed class JobRefusedException : Exception
{
    public JobRefusedException(string code, string message, Exception? cause = null) : base(message, cause) => Code = code;

    public string Code { get; }

    public static JobRefusedException NotFound(string jobId) => new("E_JOB_NOT_FOUND", $"There is no job '{jobId}' of yours.");
}
