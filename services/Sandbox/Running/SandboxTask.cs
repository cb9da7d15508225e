using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Running;

/// <summary>A task: what it draws or says, and how it looks from outside at this moment.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation without timer or wait handle holds nothing.")]
internal sealed class SandboxTask(TaskView first, Uri baseUrl)
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancelled = new();
    private volatile TaskView _now = first;
    private int _emptyFetches;

    public string Id { get; } = first.Id;

    public string? Hook { get; } = first.Properties.GetValueOrDefault("notifyHook");

    /// <summary>None for a task that answers in words.</summary>
    public Picture? Picture { get; set; }

    public long Seed { get; init; }

    /// <summary>The words it answers with.</summary>
    public string? Answer { get; init; }

    /// <summary>The four pictures of a grid are given out one by one.</summary>
    public bool FourPictures { get; init; }

    public required FaultPlan Faults { get; set; }

    public TaskView Now => _now;

    public bool IsFinished => _now.Status is "SUCCESS" or "FAILURE";

    /// <summary>Its runner at work. What is neither finished nor running, such as a window nobody answers, may be forgotten.</summary>
    public Task Life { get; set; } = Task.CompletedTask;

    public bool CanBeForgotten => IsFinished || (Life.IsCompleted && _now.Status != "NOT_START");

    public CancellationToken Cancelled => _cancelled.Token;

    public void Cancel() => _cancelled.Cancel();

    /// <summary>Whether this fetch is one of those that get an empty answer.</summary>
    public bool IsWithheld() => Faults.EmptyFetches > 0 && Interlocked.Increment(ref _emptyFetches) <= Faults.EmptyFetches;

    /// <summary>The window is answered: it goes on with these words. Only once.</summary>
    public bool Confirm(string prompt, Picture? picture, FaultPlan answered)
    {
        lock (_lock)
        {
            if (_now.Status != "MODAL")
                return false;
            (Picture, Faults) = (picture, Faults.After(answered));
            _now = _now with { Status = "NOT_START", Prompt = prompt, PromptEn = prompt, Properties = With("finalPrompt", prompt) };
            return true;
        }
    }

    /// <summary>Takes one step of its script. Only its runner calls this.</summary>
    public TaskView Take(Step step, DateTimeOffset now) => _now = After(step, now);

    /// <summary>How it would look after that step.</summary>
    public TaskView After(Step step, DateTimeOffset now)
    {
        var (done, failed) = (step.Status == "SUCCESS", step.Status == "FAILURE");
        var four = done && FourPictures && Picture is { Parts.Length: 4 };
        return _now with
        {
            Status = step.Status,
            Progress = failed ? "" : $"{step.Progress}%",
            StartTime = _now.StartTime ?? now.ToUnixTimeMilliseconds(),
            FinishTime = done || failed ? now.ToUnixTimeMilliseconds() : null,
            FailReason = step.Reason,
            ImageUrl = Picture is null || failed ? null
                : done ? Address(four ? "-1" : "")
                : step.Progress > 0 ? $"{Address()}?progress={step.Progress.ToString(CultureInfo.InvariantCulture)}" : null,
            ImageUrls = four ? [.. Enumerable.Range(1, 4).Select(part => new TaskImage(Address($"-{part}"), Address($"-{part}")))] : [],
            Width = done ? four ? Picture?.Width / 2 : Picture?.Width : null,
            Height = done ? four ? Picture?.Height / 2 : Picture?.Height : null,
            Properties = done && Answer is not null ? With("finalPrompt", Answer) : _now.Properties,
            Buttons = done && Picture is not null ? Button.For(Picture, Guid.Parse(_now.Properties["messageHash"])) : [],
        };
    }

    private string Address(string part = "") => new Uri(baseUrl, $"/mj/image/{Id}{part}.png").AbsoluteUri;

    private Dictionary<string, string> With(string name, string value) => new(_now.Properties, StringComparer.Ordinal) { [name] = value };
}
