using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using MjAspire.EndToEnd.Tests.Faults;
using MjAspire.Testing;

// Arguments of commands are marked as an evaluation in this version of Aspire.
#pragma warning disable ASPIREINTERACTION001

namespace MjAspire.EndToEnd.Tests;

/// <summary>What can be done from the dashboard.</summary>
[Collection<ActionDialect>]
public class CommandTests(ActionJobs jobs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_is_drawn_and_shown()
    {
        var drawn = await ExecuteAsync("mcp-gateway", "draw", new InteractionInput { Name = "prompt", InputType = InputType.Text, Value = "a fox from the dashboard" });

        Assert.True(drawn.Success, drawn.Message);
        Assert.Equal(CommandResultFormat.Markdown, drawn.Data!.Format);
        var link = drawn.Data.Value.Split("](")[1].Split(')')[0];
        using var anonymous = new HttpClient();
        Assert.NotEmpty(await anonymous.GetByteArrayAsync(link, Cancellation));
    }

    [Fact]
    public async Task A_picture_that_is_refused_says_why()
    {
        var drawn = await ExecuteAsync("mcp-gateway", "draw", new InteractionInput { Name = "prompt", InputType = InputType.Text, Value = "a fox --fault moderated" });

        Assert.False(drawn.Success);
        Assert.Contains("E_MODERATED", drawn.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_reaches_every_webhook_and_dead_letters_go_out_again()
    {
        using var http = jobs.Application.Http();
        await using var receiver = await Receiver.StartAsync(http, "job.completed");

        var tested = await ExecuteAsync("delivery-worker", "test-webhooks");
        var replayed = await ExecuteAsync("delivery-worker", "replay");

        // Webhooks of other tests may be gone by now, so some may fail; this one answers.
        Assert.Contains(": 200", tested.Data!.Value, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => receiver.Events.Any(seen => seen.Type == "endpoint.test"), "the test");
        Assert.True(replayed.Success, replayed.Message);
    }

    [Fact]
    public async Task The_ingress_is_reached_by_its_public_address()
    {
        var pinged = await ExecuteAsync("webhook-ingress", "ping");

        Assert.True(pinged.Success, pinged.Message);
    }

    [Fact]
    public async Task What_is_stopped_stays_stopped_while_what_crashes_starts_again()
    {
        // Jobs of other tests are under way, and need neither: what these two do can wait.
        Assert.True((await ExecuteAsync("delivery-worker", KnownResourceCommands.StopCommand)).Success);
        await jobs.Application.StateAsync("delivery-worker", state => KnownResourceStates.TerminalStates.Contains(state.State?.Text), Cancellation);

        var crashed = ProcessId(await jobs.Application.StateAsync("mcp-gateway", IsRunning, Cancellation));
        using (var process = Process.GetProcessById(crashed))
            process.Kill();
        await jobs.Application.StateAsync("mcp-gateway", state => IsRunning(state) && ProcessId(state) != crashed, Cancellation);

        // A crash later than the stop was seen and answered, so the stop was seen as well.
        var stopped = await jobs.Application.StateAsync("delivery-worker", _ => true, Cancellation);
        Assert.Contains(stopped.State?.Text, KnownResourceStates.TerminalStates);
        Assert.True((await ExecuteAsync("delivery-worker", KnownResourceCommands.StartCommand)).Success);
        await jobs.Application.HealthyAsync(Cancellation);
    }

    private static bool IsRunning(CustomResourceSnapshot state) => state.State?.Text == KnownResourceStates.Running;

    private static int ProcessId(CustomResourceSnapshot state) =>
        Convert.ToInt32(state.Properties.Single(property => property.Name == "executable.pid").Value, CultureInfo.InvariantCulture);

    private Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, params InteractionInput[] arguments) =>
        jobs.Application.ExecuteAsync(resource, command, new(arguments), Cancellation);
}
