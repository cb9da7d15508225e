namespace MjAspire.JobService.Reporting;

/// <summary>How far a worker says it is.</summary>
/// <param name="Percentage">0 to 100.</param>
/// <param name="EstimatedRemaining">In its own words, <c>5 minutes</c>.</param>
internal sealed record ProgressReport(string? CurrentStep, int? TotalSteps, int? CompletedSteps, double? Percentage, string? EstimatedRemaining)
{
    /// <summary>What is wrong with it, if anything.</summary>
    public string? Problem() => this switch
    {
        { Percentage: < 0 or > 100 or double.NaN } => "progress.percentage goes from 0 to 100.",
        { TotalSteps: < 0 } or { CompletedSteps: < 0 } => "progress counts steps from 0.",
        { CurrentStep.Length: > 200 } or { EstimatedRemaining.Length: > 200 } => "progress has words of more than 200 characters.",
        _ => null,
    };
}
