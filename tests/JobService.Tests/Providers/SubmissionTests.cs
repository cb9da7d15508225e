using MjAspire.Contracts.Jobs;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Providers.Midjourney;

namespace MjAspire.JobService.Tests.Providers;

public class SubmissionTests
{
    private static readonly ImageModel Model = new("midjourney", "midjourney", "", [], 8_192, "");

    private const string Buttons =
        """
        [{"customId":"MJ::JOB::upsample::2::abc"},{"customId":"MJ::JOB::variation::3::abc"},{"customId":"MJ::JOB::reroll::0::abc::SOLO"},
         {"customId":"MJ::JOB::upsample_v7_2x_subtle::1::abc::SOLO"},{"customId":"MJ::JOB::high_variation::1::abc::SOLO"},
         {"customId":"MJ::Outpaint::50::1::abc::SOLO"},{"customId":"MJ::JOB::pan_left::1::abc::SOLO"},{"customId":"MJ::Inpaint::1::abc::SOLO"}]
        """;

    [Fact]
    public void Imagine_carries_the_prompt_in_the_providers_notation()
    {
        var submission = For("imagine", new() { Prompt = " a fox ", AspectRatio = "16:9", NegativePrompt = "text" });

        Assert.Equal("mj/submit/imagine", submission.Path);
        Assert.Equal("a fox --ar 16:9 --no text", submission.Body["prompt"]);
        Assert.Equal("https://ingress.example/webhook/midjourney/token", submission.Body["notifyHook"]);
    }

    [Fact]
    public void Speed_is_a_prefix() => Assert.Equal("mj-turbo/mj/submit/imagine", For("imagine", new() { Prompt = "x", Speed = "turbo" }).Path);

    public static TheoryData<string, string, string> Follow_ups() => new()
    {
        { "upscale", """{"index":2}""", "MJ::JOB::upsample::2::abc" },
        { "upscale", """{"strength":"subtle"}""", "MJ::JOB::upsample_v7_2x_subtle::1::abc::SOLO" },
        { "variation", """{"index":3}""", "MJ::JOB::variation::3::abc" },
        { "variation", """{"strength":"strong"}""", "MJ::JOB::high_variation::1::abc::SOLO" },
        { "reroll", "{}", "MJ::JOB::reroll::0::abc::SOLO" },
        { "zoom", """{"factor":2}""", "MJ::Outpaint::50::1::abc::SOLO" },
        { "pan", """{"direction":"left"}""", "MJ::JOB::pan_left::1::abc::SOLO" },
        { "inpaint", "{}", "MJ::Inpaint::1::abc::SOLO" },
    };

    [Theory, MemberData(nameof(Follow_ups))]
    public void A_follow_up_presses_the_parents_button(string operation, string input, string customId)
    {
        var submission = For(operation, ImageRequest.Parse(input), Buttons);

        Assert.Equal("mj/submit/action", submission.Path);
        Assert.Equal(customId, submission.Body["customId"]);
        Assert.Equal("task-1", submission.Body["taskId"]);
    }

    [Theory]
    [InlineData("upscale", """{"index":1}""")]
    [InlineData("upscale", """{"strength":"creative"}""")]
    [InlineData("zoom", """{"factor":1.5}""")]
    [InlineData("pan", """{"direction":"up"}""")]
    public void What_has_no_button_is_not_offered(string operation, string input) =>
        Assert.Null(FollowUps.Find(Buttons, operation, ImageRequest.Parse(input)));

    [Fact]
    public void What_a_picture_offers_is_told_in_our_words() => Assert.Equal(
        ["upscale 2", "variation 3", "reroll", "upscale subtle", "variation strong", "zoom 2", "pan left", "inpaint"], FollowUps.Allowed(Buttons));

    [Theory]
    [InlineData("upscale", """{"index":2}""", "UPSCALE", 2)]
    [InlineData("variation", """{"index":4}""", "VARIATION", 4)]
    [InlineData("reroll", "{}", "REROLL", null)]
    public void Without_buttons_a_follow_up_goes_by_index(string operation, string input, string action, int? index)
    {
        var submission = For(operation, ImageRequest.Parse(input), buttons: null, isFollowUp: true);

        Assert.Equal("mj/submit/change", submission.Path);
        Assert.Equal((action, index), ((string)submission.Body["action"]!, (int?)submission.Body["index"]));
    }

    [Fact]
    public void An_answer_to_a_question_goes_to_the_task_that_asked()
    {
        var job = Job("inpaint") with { ProviderTaskId = "task-9", Answer = """{"prompt":"a hat","mask":"data:image/png;base64,AAAA"}""" };

        var submission = Submission.For(new(job, new(), Model, Job("imagine"), [], new Uri("https://ingress.example/")), MidjourneyDialect.Auto);

        Assert.Equal("mj/submit/modal", submission.Path);
        Assert.Equal(("task-9", "a hat", "data:image/png;base64,AAAA"),
            ((string)submission.Body["taskId"]!, (string)submission.Body["prompt"]!, (string)submission.Body["maskBase64"]!));
    }

    [Fact]
    public void Blend_takes_pictures_and_dimensions()
    {
        var submission = Submission.For(
            new(Job("blend"), new() { Dimensions = "portrait" }, Model, null, ["data:a", "data:b"], new Uri("https://ingress.example/")), MidjourneyDialect.Auto);

        Assert.Equal("mj/submit/blend", submission.Path);
        Assert.Equal("PORTRAIT", submission.Body["dimensions"]);
        Assert.Equal(["data:a", "data:b"], (IReadOnlyList<string>)submission.Body["base64Array"]!);
    }

    private static Submission For(string operation, ImageRequest request, string? buttons = null, bool isFollowUp = false) => Submission.For(
        new(Job(operation), request, Model, buttons is null && !isFollowUp ? null : Job("imagine") with { ProviderTaskId = "task-1", Buttons = buttons }, [],
            new Uri("https://ingress.example/webhook/midjourney/token")),
        MidjourneyDialect.Auto);

    private static Job Job(string operation) => new()
    {
        Id = Guid.CreateVersion7(),
        OwnerId = Guid.CreateVersion7(),
        Kind = JobKind.Image,
        Operation = operation,
        Status = JobStatus.Running,
        Phase = JobPhase.Submitting,
        Sequence = 1,
        InputData = "{}",
        Metadata = "{}",
        CreatedAt = default,
        UpdatedAt = default,
    };
}
