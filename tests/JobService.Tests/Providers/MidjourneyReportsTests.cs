using System.Text;
using MjAspire.Contracts.Images;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Providers.Midjourney;

namespace MjAspire.JobService.Tests.Providers;

public class MidjourneyReportsTests
{
    [Fact]
    public void Progress_is_read_from_its_text()
    {
        var input = Assert.IsType<JobInput.Advance>(Read("""{"id":"1","status":"IN_PROGRESS","progress":"42%","imageUrl":"https://x.example/partial.png"}""").Input);

        Assert.Equal(42, input.Progress);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5%")]
    [InlineData("99999999999%")]
    public void Progress_that_is_no_number_is_none(string progress) =>
        Assert.Equal(0, Assert.IsType<JobInput.Advance>(Read($$"""{"id":"1","status":"IN_PROGRESS","progress":"{{progress}}"}""").Input).Progress);

    [Theory]
    [InlineData("NOT_START")]
    [InlineData("SUBMITTED")]
    public void A_task_that_waits_has_not_begun(string status) =>
        Assert.Equal(JobInput.Advance.NotBegun, Read($$"""{"id":"1","status":"{{status}}","progress":"0%"}""").Input);

    [Fact]
    public void A_success_of_imagine_is_a_grid_and_keeps_the_buttons()
    {
        var drawn = Assert.IsType<JobInput.Drawn>(
            Read("""{"id":"1","action":"IMAGINE","status":"SUCCESS","imageUrl":"https://x.example/1.png","buttons":[{"customId":"a"}]}""").Input);

        Assert.Equal(new ImageSource("https://x.example/1.png", ImageLayout.Grid), Assert.Single(drawn.Sources));
        Assert.Equal("""[{"customId":"a"}]""", drawn.Buttons);
    }

    [Fact]
    public void A_success_of_upscale_is_one_picture()
    {
        var drawn = Assert.IsType<JobInput.Drawn>(Read("""{"id":"1","status":"SUCCESS","imageUrl":"https://x.example/1.png"}""", "upscale").Input);

        Assert.Equal(ImageLayout.Whole, Assert.Single(drawn.Sources).Layout);
    }

    [Fact]
    public void Four_separate_pictures_are_four_sources()
    {
        var drawn = Assert.IsType<JobInput.Drawn>(Read(
            """{"id":"1","status":"SUCCESS","imageUrl":"https://x/0","imageUrls":[{"url":"https://x/1"},{"url":"https://x/2"},{"url":"https://x/3"},{"url":"https://x/4"}]}""").Input);

        Assert.Equal(["https://x/1", "https://x/2", "https://x/3", "https://x/4"], drawn.Sources.Select(source => source.Url));
        Assert.All(drawn.Sources, source => Assert.Equal(ImageLayout.Whole, source.Layout));
    }

    [Fact]
    public void A_description_is_its_four_texts()
    {
        var described = Assert.IsType<JobInput.Described>(Read(
            """{"id":"1","status":"SUCCESS","properties":{"finalPrompt":"1️⃣ a fox\n\n2️⃣ a red fox\n\n3️⃣ snow\n\n4️⃣ winter --ar 3:2","notifyHook":"secret"}}""",
            "describe").Input);

        Assert.Equal("""{"texts":["a fox","a red fox","snow","winter --ar 3:2"]}""", described.Result);
    }

    [Theory]
    [InlineData("Banned prompt detected", "E_MODERATED")]
    [InlineData("Blocked by our AI moderator", "E_MODERATED")]
    [InlineData("Timed out", "E_PROVIDER_FAILED")]
    public void A_failure_keeps_the_providers_words_and_tells_moderation_apart(string reason, string code)
    {
        var fail = Assert.IsType<JobInput.Fail>(Read($$"""{"id":"1","status":"FAILURE","progress":"","failReason":"{{reason}}"}""").Input);

        Assert.Equal((code, reason), (fail.Code, fail.Message));
    }

    [Fact]
    public void A_success_without_a_picture_is_a_failure() => Assert.Equal(
        "E_PROVIDER_NO_IMAGE", Assert.IsType<JobInput.Fail>(Read("""{"id":"1","status":"SUCCESS","imageUrl":""}""").Input).Code);

    [Fact]
    public void A_modal_is_a_question() => Assert.IsType<JobInput.AskForInput>(Read("""{"id":"1","status":"MODAL"}""").Input);

    [Fact]
    public void A_status_of_a_later_version_says_nothing() => Assert.Null(Read("""{"id":"1","status":"DREAMING"}""").Input);

    [Fact]
    public void Our_job_is_known_by_the_state_it_carries()
    {
        var job = Guid.CreateVersion7();

        Assert.Equal(job, Read($$"""{"id":"1","status":"SUBMITTED","state":"{{job}}"}""").JobId);
        Assert.Null(Read("""{"id":"1","status":"SUBMITTED","state":"somebody else's"}""").JobId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":5,"status":"SUCCESS"}""")]
    [InlineData("<html>")]
    public void What_is_no_task_is_none(string body) => Assert.Null(MidjourneyTask.Read(Encoding.UTF8.GetBytes(body)));

    private static ProviderReport Read(string json, string operation = "imagine") =>
        MidjourneyReports.From(MidjourneyTask.Read(Encoding.UTF8.GetBytes(json))!, operation);
}
