using System.Security.Cryptography;

namespace MjAspire.EndToEnd.Tests.Faults;

/// <summary>Every way a relay is known to misbehave, through the whole application: gateway, jobs, bus, ingress, pictures, webhooks.</summary>
public abstract class FaultTests(FaultyJobs jobs)
{
    [Fact]
    public Task A_terminal_callback_that_comes_twice_completes_the_job_once() => CompletesAsync("duplicate-terminal");

    [Fact]
    public Task A_failure_that_was_none_is_not_believed() => CompletesAsync("failure-then-success");

    [Fact]
    public Task Callbacks_in_the_wrong_order_do_not_confuse_the_job() => CompletesAsync("out-of-order");

    [Fact]
    public Task A_job_nobody_calls_about_is_asked_about() => CompletesAsync("lost-callback");

    [Fact]
    public Task A_job_whose_last_callback_is_lost_is_asked_about() => CompletesAsync("stuck-callback-93");

    [Fact]
    public Task A_callback_that_overtakes_the_answer_to_the_submit_finds_its_job() => CompletesAsync("callback-before-response");

    [Fact]
    public Task A_slow_answer_to_the_submit_is_waited_for() => CompletesAsync("slow-answer");

    [Fact]
    public Task A_job_whose_answer_was_lost_is_claimed_by_its_callback_and_bought_once() => CompletesAsync("connection-reset");

    [Fact]
    public Task A_connection_lost_before_the_submit_is_tried_again_after_the_grace_period() => CompletesAsync("reset-before");

    [Fact]
    public Task A_full_queue_that_calls_itself_an_error_is_tried_again() => CompletesAsync("queue-full-9");

    [Fact]
    public Task A_full_queue_is_tried_again() => CompletesAsync("queue-full-23");

    [Fact]
    public Task A_rate_limit_without_a_word_is_waited_out() => CompletesAsync("rate-limited");

    [Fact]
    public Task An_empty_answer_to_a_question_is_asked_again() => CompletesAsync("empty-fetch");

    [Fact]
    public Task A_task_that_stands_still_is_given_up() => FailsAsync("stuck-93", "E_TIMEOUT", bought: 1);

    [Fact]
    public Task A_task_the_relay_forgot_is_given_up() => FailsAsync("restart", "E_TIMEOUT", bought: 1);

    [Fact]
    public Task A_prompt_refused_at_once_is_named() => FailsAsync("banned-prompt", "E_PROMPT_BANNED", bought: 0);

    [Fact]
    public Task A_prompt_refused_later_is_moderation() => FailsAsync("banned-later", "E_MODERATED", bought: 1);

    [Fact]
    public Task A_picture_that_is_moderated_is_a_failure() => FailsAsync("moderated", "E_MODERATED", bought: 1);

    [Fact]
    public Task An_error_in_the_other_envelope_is_understood() => FailsAsync("second-envelope", "E_PROVIDER_REFUSED", bought: 0);

    [Fact]
    public Task A_refusal_of_our_key_in_plain_text_is_understood() => FailsAsync("unauthorized-text", "E_PROVIDER_AUTHENTICATION", bought: 0);

    [Fact]
    public Task A_success_whose_link_is_dead_is_a_failure() => FailsAsync("dead-link", "E_IMAGE_GONE", bought: 1);

    [Fact]
    public Task A_success_whose_picture_is_a_page_is_a_failure() => FailsAsync("html-image", "E_IMAGE_INVALID", bought: 1);

    private async Task CompletesAsync(string fault)
    {
        var outcome = await jobs.OfAsync(fault);

        Assert.True(outcome.Status == "DONE", outcome.ToString());
        Assert.Single(outcome.Bought);
        Assert.Equal([(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)], outcome.Stored.Select(row => (row.SourceIndex, row.PartIndex)));
        Assert.Equal(5, outcome.Artifacts.Count);
        outcome.AssertToldInFull();

        using var anonymous = new HttpClient();
        var picture = await anonymous.GetByteArrayAsync(outcome.Artifacts[0]!["download_url"]!.GetValue<string>(), TestContext.Current.CancellationToken);
        Assert.Equal(outcome.Stored[0].Sha256, Convert.ToHexStringLower(SHA256.HashData(picture)));
    }

    private async Task FailsAsync(string fault, string code, int bought)
    {
        var outcome = await jobs.OfAsync(fault);

        Assert.True(outcome is { Status: "FAILED" } && outcome.Code == code, outcome.ToString());
        Assert.Equal(bought, outcome.Bought.Count);
        Assert.Empty(outcome.Stored);
        Assert.Empty(outcome.Artifacts);
        outcome.AssertToldInFull();
    }
}
