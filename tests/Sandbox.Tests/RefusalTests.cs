using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using MjAspire.Sandbox.Faults;

namespace MjAspire.Sandbox.Tests;

/// <summary>Faults at the submit and at its answer.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("queue-full-9", 9)]
    [InlineData("queue-full-23", 23)]
    [InlineData("banned-prompt", 24)]
    public async Task Refusal_has_its_code_and_takes_nothing(string fault, int code)
    {
        await using var provider = await Provider.StartAsync();
        var answer = await provider.PostAsync("/mj/submit/imagine", new { prompt = $"a cat --fault {fault} --ar 2:1" });
        Assert.Equal((code, null), ((int)answer["code"]!, (string?)answer["result"]));
        if (code == 24)
            Assert.Equal(("a cat --ar 2:1", "a"), ((string)answer["properties"]!["promptEn"]!, (string)answer["properties"]!["bannedWord"]!));
        Assert.Empty(await provider.PurchasesAsync());
    }

    [Fact]
    public async Task Second_envelope_comes_with_200()
    {
        await using var provider = await Provider.StartAsync();
        var answer = await provider.PostAsync("/mj/submit/imagine", new { prompt = "a cat --fault second-envelope" });
        Assert.Equal(["success", "code", "message", "timestamp"], answer.Select(member => member.Key));
        Assert.Equal((false, -1), ((bool)answer["success"]!, (int)answer["code"]!));
        Assert.Empty(await provider.PurchasesAsync());
    }

    [Fact]
    public async Task Rate_limit_is_a_429_without_body_and_says_when_every_second_time()
    {
        await using var provider = await Provider.StartAsync();
        var waits = new List<TimeSpan?>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await SubmitAsync(provider, "a cat --fault rate-limited");
            Assert.Equal((HttpStatusCode.TooManyRequests, ""), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
            waits.Add(response.Headers.RetryAfter?.Delta);
        }
        Assert.Equal([null, TimeSpan.FromSeconds(1), null, TimeSpan.FromSeconds(1)], waits);
    }

    [Fact]
    public async Task Unauthorized_is_plain_text()
    {
        await using var provider = await Provider.StartAsync();
        using var response = await SubmitAsync(provider, "a cat --fault unauthorized-text");
        Assert.Equal((HttpStatusCode.Unauthorized, "text/plain", "Unauthorized"),
            (response.StatusCode, response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsStringAsync(Cancellation)));
    }

    [Theory]
    [InlineData("reset-before", 0)]
    [InlineData("connection-reset", 1)]
    public async Task Connection_is_reset_before_or_after_the_task_is_taken(string fault, int bought)
    {
        await using var provider = await Provider.StartAsync();
        await provider.ImagineAsync("a dog"); // a connection that is used again is no different
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => SubmitAsync(provider, $"a cat --fault {fault}", state: "job 1"));
        Assert.Equal(SocketError.ConnectionReset, (failure.GetBaseException() as SocketException)?.SocketErrorCode);

        var taken = await provider.PurchasesAsync("job 1");
        Assert.Equal(bought, taken.Length);
        foreach (var id in taken)
            await provider.FinishedAsync(id);
    }

    [Fact]
    public async Task Slow_answer_comes_late_but_the_task_goes_on()
    {
        await using var provider = await Provider.StartAsync(slowMs: 600_000);
        await using var hook = await HookReceiver.StartAsync();
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var answer = provider.Http.PostAsJsonAsync(
            "/mj/submit/imagine", new { prompt = "a cat --fault slow-answer", notifyHook = hook.Url, state = "job 1" }, impatience.Token);
        await Testing.Eventually.TrueAsync(() => hook.Calls.Count == 3, "three calls of the hook");
        Assert.False(answer.IsCompleted);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Single(await provider.PurchasesAsync("job 1"));

        await using var quicker = await Provider.StartAsync(slowMs: 50);
        await quicker.FinishedAsync(await quicker.ImagineAsync("a cat --fault slow-answer"));
    }

    [Fact]
    public async Task Callbacks_come_before_the_answer_the_terminal_one_too()
    {
        await using var provider = await Provider.StartAsync(delayMs: 200);
        await using var hook = await HookReceiver.StartAsync();
        await provider.ImagineAsync("a cat --fault callback-before-response", hook.Url);
        Assert.Equal("SUCCESS", (string)hook.Calls.Last().Task["status"]!);
    }

    [Fact]
    public async Task Fault_with_a_number_stands_for_the_first_submits_of_a_prompt_and_state()
    {
        await using var provider = await Provider.StartAsync();
        async Task<int> CodeAsync(string prompt, string state) => (int)(await provider.PostAsync("/mj/submit/imagine", new { prompt, state }))["code"]!;

        const string prompt = "a cat --fault queue-full-23:2";
        var codes = new List<int>();
        for (var i = 0; i < 4; i++)
            codes.Add(await CodeAsync(prompt, "1"));
        Assert.Equal([23, 23, 1, 1], codes);
        Assert.Equal(23, await CodeAsync(prompt, "2"));
        Assert.Equal(23, await CodeAsync("a dog --fault queue-full-23:2", "1"));
    }

    [Theory]
    [InlineData("no-such-thing")]
    [InlineData("lost-callback:0")]
    [InlineData("lost-callback:x")]
    [InlineData("--ar 2:1")]
    [InlineData("lost-callback:1001")]
    [InlineData("lost-callback --fault nonsense")]
    [InlineData("")]
    public async Task Unknown_fault_is_code_4_with_the_known_ones(string fault)
    {
        await using var provider = await Provider.StartAsync();
        var answer = await provider.PostAsync("/mj/submit/imagine", new { prompt = $"a cat --fault {fault}" });
        Assert.Equal(4, (int)answer["code"]!);
        Assert.All(Fault.All, known => Assert.Contains(known, (string)answer["description"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unknown_fault_in_the_settings_stops_the_start()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Provider.StartAsync(fault: "lost-callback,nonsense"));
        Assert.Contains("Sandbox:Fault names one or more of", failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_of_the_settings_is_everybodys_unless_the_prompt_has_its_own()
    {
        await using var provider = await Provider.StartAsync(fault: "queue-full-9:1, duplicate-terminal");
        var body = new { base64Array = new[] { Provider.DataUrl(1), Provider.DataUrl(2) }, state = "1" };
        Assert.Equal(9, (int)(await provider.PostAsync("/mj/submit/blend", body))["code"]!);
        Assert.Equal(1, (int)(await provider.PostAsync("/mj/submit/blend", body))["code"]!);
        Assert.Equal(23, (int)(await provider.PostAsync("/mj/submit/imagine", new { prompt = "a cat --fault queue-full-23" }))["code"]!);
    }

    private static Task<HttpResponseMessage> SubmitAsync(Provider provider, string prompt, string? state = null) =>
        provider.Http.PostAsJsonAsync("/mj/submit/imagine", new { prompt, state }, Cancellation);
}
