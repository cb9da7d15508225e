using System.Globalization;

namespace MjAspire.JobService.Creating;

/// <summary>What an image request must be like. Pure.</summary>
internal static class ImageRequestRules
{
    /// <summary>What is wrong with the request for this operation, if anything: an <c>E_*</c> code and a sentence.</summary>
    public static (string Code, string Detail)? Problem(this ImageRequest request, Operation operation) =>
        Words(request, operation) ?? Pictures(request, operation) ?? Choices(request, operation);

    private static (string, string)? Words(ImageRequest request, Operation operation) => request switch
    {
        { Prompt: var prompt } when operation.NeedsPrompt && string.IsNullOrWhiteSpace(prompt) =>
            ("E_PROMPT_EMPTY", "The prompt is empty. Say what the picture is to show."),
        { Prompt.Length: > ImageRequest.LongestPrompt } =>
            ("E_PROMPT_TOO_LONG", $"The prompt has {request.Prompt!.Length:N0} characters; {ImageRequest.LongestPrompt:N0} is the most."),
        { NegativePrompt.Length: > 1_024 } => ("E_PROMPT_TOO_LONG", "The negative prompt has more than 1,024 characters."),
        { AspectRatio: { } ratio } when !IsRatio(ratio) =>
            ("E_ASPECT_RATIO", "The aspect ratio must be two whole numbers from 1 to 99 such as 16:9."),
        _ => null,
    };

    private static (string, string)? Pictures(ImageRequest request, Operation operation) => request switch
    {
        { ParentJobId: null } when operation.NeedsParent =>
            ("E_PARENT_MISSING", $"{operation.Name} goes on from a finished job: say which as parent_job_id."),
        { Images.Count: var count } when count < operation.FewestImages || count > operation.MostImages =>
            ("E_IMAGES", $"{operation.Name} takes {Count(operation)}; here are {count}."),
        { Images: var images } when images.Any(image => image is not { Length: > 0 and <= 2_048 }) =>
            ("E_IMAGES", "A picture is an http(s) address, mj://images/{id} or the id of a finished job, of at most 2,048 characters."),
        _ => null,
    };

    private static (string, string)? Choices(ImageRequest request, Operation operation) => request switch
    {
        { Speed: not (null or "relax" or "fast" or "turbo") } => ("E_UNKNOWN_ARGUMENT", "speed is relax, fast or turbo."),
        { Seed: < 0 or > uint.MaxValue } => ("E_UNKNOWN_ARGUMENT", "seed is a whole number from 0 to 4294967295."),
        { Seed: not null } when operation.NeedsParent || operation.Result == OperationResult.Text || operation.Name is "blend" or "edit" =>
            ("E_UNKNOWN_ARGUMENT", $"{operation.Name} takes no seed."),
        { Index: < 1 or > 4 } => ("E_UNKNOWN_ARGUMENT", "index goes from 1 to 4, row by row."),
        { Index: null, Strength: null } when operation.Name is "upscale" or "variation" =>
            ("E_UNKNOWN_ARGUMENT", $"{operation.Name} needs the index of a grid's picture (1 to 4) or, for a single picture, a strength."),
        { Strength: not (null or "subtle" or "creative" or "strong") } => ("E_UNKNOWN_ARGUMENT", "strength is subtle, creative (upscale) or strong (variation)."),
        { Direction: not ("left" or "right" or "up" or "down") } when operation.Name == "pan" =>
            ("E_UNKNOWN_ARGUMENT", "pan needs a direction: left, right, up or down."),
        { Factor: not (null or 1.5 or 2) } => ("E_UNKNOWN_ARGUMENT", "factor is 1.5 or 2."),
        { Dimensions: not (null or "portrait" or "square" or "landscape") } => ("E_UNKNOWN_ARGUMENT", "dimensions is portrait, square or landscape."),
        _ => null,
    };

    private static string Count(Operation operation) => (operation.FewestImages, operation.MostImages) switch
    {
        (0, 0) => "no pictures",
        (1, 1) => "one picture",
        var (fewest, most) => $"{fewest} to {most} pictures",
    };

    private static bool IsRatio(string text) =>
        text.Split(':') is [var width, var height] && IsSide(width) && IsSide(height);

    private static bool IsSide(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is > 0 and < 100;
}
