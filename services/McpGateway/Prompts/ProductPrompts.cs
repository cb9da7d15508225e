using System.ComponentModel;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Prompts;

/// <summary>Help for people who know what they want to see but not how to say it to an image model.</summary>
[McpServerPromptType]
internal sealed class ProductPrompts
{
    private const string Craft =
        """
        A good image prompt names, in this order and as far as it matters: the subject and what it does; where it is; the light and the time
        of day; the medium or style (photograph with lens and film, oil painting, ink drawing, 3D render ...); the mood and the colours; the
        framing (close-up, wide shot, from above). It says what is to be seen, not what is not: that goes into negative_prompt. It is concrete,
        has 20 to 60 words, and holds no instructions ("please draw").
        """;

    [McpServerPrompt(Name = "write_image_prompt", Title = "Write an image prompt")]
    [Description("Turns an idea into a good image prompt and makes the picture.")]
    public static string Write(
        [Description("What the picture is about, in a few words.")] string idea,
        [Description("The style, such as: watercolour, film photograph, isometric 3D.")] string? style = null,
        [Description("Width to height, such as 16:9.")] string? aspect_ratio = null) =>
        $"""
        Write an image prompt for this idea: {idea}
        {(style is null ? "Choose a style that suits it." : $"Style: {style}")}

        {Craft}

        Show me the prompt in one sentence on what you chose, then call generate_image with it{(aspect_ratio is null ? "" : $" and aspect_ratio {aspect_ratio}")},
        follow the job to its end with wait_for_job, and show me the pictures.
        """;

    [McpServerPrompt(Name = "improve_image_prompt", Title = "Improve an image prompt")]
    [Description("Finds what is weak in a prompt, or wrong in its picture, and writes a better one.")]
    public static string Improve(
        [Description("The prompt as it is.")] string prompt,
        [Description("What is wrong with the picture it made.")] string? complaint = null) =>
        $"""
        Improve this image prompt: {prompt}
        {(complaint is null ? "" : $"What is wrong with its picture: {complaint}")}

        {Craft}

        Say in a line what you changed and why, and give three versions: one close to the original, one bolder, one simpler. Do not make
        pictures before I have chosen one.
        """;

    [McpServerPrompt(Name = "picture_series", Title = "Plan a series of pictures")]
    [Description("Plans several pictures that belong together: a story, a set of icons, a product from all sides.")]
    public static string Series(
        [Description("What the series is about.")] string subject,
        [Description("How many pictures; 4 when left out.")] string? count = null,
        [Description("Width to height, such as 1:1.")] string? aspect_ratio = null) =>
        $"""
        Plan a series of {count ?? "4"} pictures: {subject}

        {Craft}

        First fix what all have in common (style, palette, light, how the main subject looks, in the very same words) and show me the list of
        prompts. When I agree, call generate_image once for each{(aspect_ratio is null ? "" : $" with aspect_ratio {aspect_ratio}")}, giving the first finished
        picture as images to the others so that they match, and follow the jobs with wait_for_job.
        """;
}

internal static class PromptsSetup
{
    public static IMcpServerBuilder WithProductPrompts(this IMcpServerBuilder server) => server.WithPrompts<ProductPrompts>();
}
