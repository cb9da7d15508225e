using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Upstream;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Reads of jobs that come together leave together.</summary>
public sealed class JobReadTests(Gateway gateway) : IClassFixture<Gateway>, IAsyncLifetime
{
    private static readonly Guid One = Guid.CreateVersion7(), Other = Guid.CreateVersion7();

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Clock _clock = new();
    private JobReads? _reads;

    private JobReads Reads => _reads ??= new(gateway.Services.GetRequiredService<JobReader>(), _clock);

    private IEnumerable<Received> Together => gateway.Stub.Requests.Where(request => request.Path == "/api/jobs/read");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        gateway.Stub.Requests.Clear();
        gateway.Stub.Instead = null;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        gateway.Stub.Instead = null;
        _released.TrySetResult();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_read_that_comes_alone_leaves_at_once_and_by_itself()
    {
        var id = gateway.Stub.Add(One);

        Assert.Equal(id, (await Reads.GetAsync(One, id, Cancellation)).JobId);

        var request = Assert.Single(gateway.Stub.Requests);
        Assert.Equal(("GET", $"/api/jobs/{id}", $"{One}"), (request.Method, request.Path, request.Headers["X-Owner-Id"]));
    }

    [Fact]
    public async Task Reads_that_come_while_another_is_under_way_leave_together_each_for_its_own_owner()
    {
        var (mine, theirs) = (gateway.Stub.Add(One), gateway.Stub.Add(Other));
        var first = await OccupyAsync();
        var (a, b) = (ReadAsync(One, mine), ReadAsync(Other, theirs));
        var (stolen, unknown) = (ReadAsync(One, theirs), ReadAsync(One, Guid.CreateVersion7()));

        _released.SetResult();

        Assert.Equal([mine, theirs], (await Task.WhenAll(a, b)).Select(job => job.JobId));
        foreach (var refused in new[] { stolen, unknown })
            Assert.Equal(("E_JOB_NOT_FOUND", 404), await RefusalAsync(refused));
        await first;
        Assert.Equal(4, JsonNode.Parse(Assert.Single(Together).Body)!["jobs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_read_sees_what_was_written_before_it_came_even_when_an_older_one_is_under_way()
    {
        var id = gateway.Stub.Add(One);
        var first = await OccupyAsync();
        var read = ReadAsync(One, id);
        gateway.Stub.Change(id, StubServices.Finish);
        var later = ReadAsync(One, id);

        _released.SetResult();

        Assert.True((await later).IsFinal);
        await Task.WhenAll(first, read);
    }

    [Fact]
    public async Task A_caller_who_leaves_takes_nobody_along()
    {
        var (left, stays) = (gateway.Stub.Add(One), gateway.Stub.Add(One));
        var first = await OccupyAsync();
        using var leaving = new CancellationTokenSource();
        var read = Reads.GetAsync(One, left, leaving.Token);
        var others = new[] { ReadAsync(One, stays), ReadAsync(One, stays) };
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        _released.SetResult();

        await Task.WhenAll([first, .. others]);
        Assert.DoesNotContain(left.ToString(), Assert.Single(Together).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_wrong_reaches_each_who_waited_and_none_who_comes_later()
    {
        var id = gateway.Stub.Add(One);
        var first = await OccupyAsync(then: async context =>
        {
            if (context.Request.Path != "/api/jobs/read")
                return false;
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("broken");
            return true;
        });
        var waiting = Enumerable.Range(0, 3).Select(_ => ReadAsync(One, id)).ToArray();

        _released.SetResult();

        foreach (var read in waiting)
            Assert.Equal(("E_NETWORK_ERROR", 503), await RefusalAsync(read));
        await first;
        gateway.Stub.Instead = null;
        Assert.Equal(id, (await ReadAsync(One, id)).JobId);
    }

    [Fact]
    public async Task A_request_that_is_not_answered_does_not_hold_up_the_others()
    {
        var id = gateway.Stub.Add(One);
        var first = await OccupyAsync();
        gateway.Stub.Instead = null;
        var waiting = ReadAsync(One, id);

        _clock.Forward(TimeSpan.FromSeconds(1));
        var later = ReadAsync(One, id);

        Assert.All(await Task.WhenAll(waiting, later), job => Assert.Equal(id, job.JobId));
        Assert.False(first.IsCompleted);
        _released.SetResult();
        await first;
    }

    [Fact]
    public async Task A_read_goes_in_the_trace_of_who_waited_longest_and_the_others_spans_point_there()
    {
        var id = gateway.Stub.Add(One);
        var first = await OccupyAsync();
        var (carrier, companion) = (Span(), Span());
        var reads = new[] { Within(carrier, () => ReadAsync(One, id)), Within(companion, () => ReadAsync(One, id)) };

        _released.SetResult();
        await Task.WhenAll([first, .. reads]);

        Assert.Contains(carrier.TraceId.ToString(), Assert.Single(Together).Headers["traceparent"], StringComparison.Ordinal);
        Assert.Equal(carrier.Context, Assert.Single(companion.Links).Context);
        Assert.Empty(carrier.Links);

        static Activity Span() => new Activity("tools/call") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();

        static T Within<T>(Activity span, Func<T> act)
        {
            Activity.Current = span;
            try
            {
                return act();
            }
            finally
            {
                Activity.Current = null;
            }
        }
    }

    /// <summary>A read that is held until <see cref="_released"/>; what comes after it waits.</summary>
    private async Task<Task<Job>> OccupyAsync(Func<HttpContext, Task<bool>>? then = null)
    {
        var id = gateway.Stub.Add(One);
        gateway.Stub.Instead = async context =>
        {
            await _released.Task;
            return then is not null && await then(context);
        };
        var read = ReadAsync(One, id);
        await Eventually.TrueAsync(() => gateway.Stub.Requests.Count == 1, "the read to be under way");
        return read;
    }

    private Task<Job> ReadAsync(Guid owner, Guid job) => Reads.GetAsync(owner, job, Cancellation);

    private static async Task<(string, int)> RefusalAsync(Task<Job> read)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => read);
        return (refusal.Code, refusal.Status);
    }

    /// <summary>It stands still, so that a busy machine is no slow answer.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _now = 1;

        public override long GetTimestamp() => _now;

        public void Forward(TimeSpan time) => _now += (long)(time.TotalSeconds * TimestampFrequency);
    }
}
