using System.Net;
using System.Text;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Providers.OpenAi;
using MjAspire.JobService.Providers.WorkersAi;

namespace MjAspire.JobService.Tests.Providers;

public class EngineAnswerTests
{
    [Fact]
    public void Workers_ai_answers_with_base64_inside_json() => Assert.Equal(
        [1, 2, 3], Assert.Single(Assert.IsType<SubmitOutcome.Pictures>(Workers("""{"result":{"image":"AQID"},"success":true,"errors":[]}""")).Images));

    [Theory]
    [InlineData(3040, 429)]
    [InlineData(3007, 408)]
    [InlineData(3008, 408)]
    public void Workers_ai_that_is_busy_is_asked_again(int code, int status) =>
        Assert.IsType<SubmitOutcome.Busy>(Workers($$"""{"success":false,"errors":[{"code":{{code}},"message":"m"}]}""", status));

    [Theory]
    [InlineData(3036, 429, "E_PROVIDER_QUOTA")]
    [InlineData(5007, 400, "E_PROVIDER_REFUSED")]
    [InlineData(3041, 403, "E_PROVIDER_AUTHENTICATION")]
    public void Workers_ai_that_refuses_is_not_asked_again(int code, int status, string ours)
    {
        var refused = Assert.IsType<SubmitOutcome.Refused>(Workers($$"""{"success":false,"errors":[{"code":{{code}},"message":"their words"}]}""", status));

        Assert.Equal(ours, refused.Code);
        Assert.Contains("their words", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", 502)]
    [InlineData("", 503)]
    public void A_gateway_error_without_json_is_busy(string body, int status)
    {
        Assert.IsType<SubmitOutcome.Busy>(Workers(body, status));
        Assert.IsType<SubmitOutcome.Busy>(OpenAi(body, status));
    }

    [Fact]
    public void Open_ai_answers_with_base64() => Assert.Equal(
        [1, 2, 3], Assert.Single(Assert.IsType<SubmitOutcome.Pictures>(OpenAi("""{"created":1,"data":[{"b64_json":"AQID"}]}""")).Images));

    [Fact]
    public void Open_ai_compatible_servers_answer_with_links() => Assert.Equal(
        ["https://x/1"], Assert.IsType<SubmitOutcome.Links>(OpenAi("""{"created":1,"data":[{"url":"https://x/1"}]}""")).Urls);

    [Theory]
    [InlineData("insufficient_quota", 429, "E_PROVIDER_QUOTA")]
    [InlineData("moderation_blocked", 400, "E_MODERATED")]
    [InlineData("invalid_api_key", 401, "E_PROVIDER_AUTHENTICATION")]
    [InlineData("unknown_parameter", 400, "E_PROVIDER_REFUSED")]
    public void Open_ai_refusals_have_their_codes(string code, int status, string ours) => Assert.Equal(
        ours, Assert.IsType<SubmitOutcome.Refused>(OpenAi($$$"""{"error":{"code":"{{{code}}}","message":"m"}}""", status)).Code);

    [Theory]
    [InlineData("rate_limit_exceeded", 429)]
    [InlineData("server_error", 500)]
    public void Open_ai_that_is_busy_is_asked_again(string code, int status) =>
        Assert.IsType<SubmitOutcome.Busy>(OpenAi($$$"""{"error":{"code":"{{{code}}}","message":"m"}}""", status));

    [Theory]
    [InlineData(null, 1024, 1024)]
    [InlineData("1:1", 1024, 1024)]
    [InlineData("16:9", 1344, 768)]
    [InlineData("2:3", 832, 1280)]
    [InlineData("99:1", 2048, 256)]
    public void A_size_has_the_shape_asked_for_and_about_as_many_pixels(string? ratio, int width, int height) =>
        Assert.Equal((width, height), PictureSize.Of(ratio, 1024, 64));

    [Fact]
    public void Flux_is_sent_nothing_it_does_not_know()
    {
        var body = WorkersAiModels.Body(WorkersAiModels.All[0], new ImageRequest { Prompt = "a fox", AspectRatio = "16:9", NegativePrompt = "text" });

        Assert.Equal(["prompt", "steps"], body.Keys.Order());
    }

    private static SubmitOutcome Workers(string body, int status = 200) => WorkersAiAnswer.Read(Encoding.UTF8.GetBytes(body), (HttpStatusCode)status, null);

    private static SubmitOutcome OpenAi(string body, int status = 200) => OpenAiAnswer.Read(Encoding.UTF8.GetBytes(body), (HttpStatusCode)status, null);
}
