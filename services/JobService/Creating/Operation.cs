using System.Collections.Frozen;

namespace MjAspire.JobService.Creating;

/// <summary>Something an image job can be asked to do.</summary>
/// <param name="NeedsPrompt">It begins with words.</param>
/// <param name="NeedsParent">It goes on from the picture of a finished job.</param>
/// <param name="FewestImages">Pictures it takes in.</param>
/// <param name="MostImages">Pictures it takes in.</param>
/// <param name="Result">What comes back.</param>
internal sealed record Operation(string Name, bool NeedsPrompt, bool NeedsParent, int FewestImages, int MostImages, OperationResult Result)
{
    public static readonly FrozenDictionary<string, Operation> All = new[]
    {
        new Operation("imagine", NeedsPrompt: true, NeedsParent: false, 0, 5, OperationResult.Grid),
        new Operation("upscale", NeedsPrompt: false, NeedsParent: true, 0, 0, OperationResult.Picture),
        new Operation("variation", NeedsPrompt: false, NeedsParent: true, 0, 0, OperationResult.Grid),
        new Operation("reroll", NeedsPrompt: false, NeedsParent: true, 0, 0, OperationResult.Grid),
        new Operation("zoom", NeedsPrompt: false, NeedsParent: true, 0, 0, OperationResult.Grid),
        new Operation("pan", NeedsPrompt: false, NeedsParent: true, 0, 0, OperationResult.Grid),
        new Operation("inpaint", NeedsPrompt: false, NeedsParent: true, 0, 0, OperationResult.Grid),
        new Operation("blend", NeedsPrompt: false, NeedsParent: false, 2, 5, OperationResult.Grid),
        new Operation("edit", NeedsPrompt: true, NeedsParent: false, 1, 1, OperationResult.Grid),
        new Operation("describe", NeedsPrompt: false, NeedsParent: false, 1, 1, OperationResult.Text),
        new Operation("shorten", NeedsPrompt: true, NeedsParent: false, 0, 0, OperationResult.Text),
    }.ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    public static string Known => string.Join(", ", All.Keys.Order());
}

/// <summary>What an operation brings.</summary>
internal enum OperationResult
{
    /// <summary>Four pictures, two by two.</summary>
    Grid,

    /// <summary>One picture.</summary>
    Picture,

    /// <summary>Words.</summary>
    Text,
}
