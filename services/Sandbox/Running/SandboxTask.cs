using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Running;

/// <summary>A task: what it draws, and how it looks from outside at this moment.</summary>
internal sealed class SandboxTask(TaskView first, Picture picture, long seed, Uri baseUrl)
{
    private volatile TaskView _now = first;

    public string Id { get; } = first.Id;

    public Picture Picture => picture;

    public long Seed => seed;

    public string? Hook { get; } = first.Properties.GetValueOrDefault("notifyHook");

    public TaskView Now => _now;

    public bool IsFinished => _now.Status is "SUCCESS" or "FAILURE";

    /// <summary>Takes one step of its script. Only its runner calls this.</summary>
    public TaskView Take(Step step, DateTimeOffset now)
    {
        var address = new Uri(baseUrl, $"/mj/image/{Id}.png").AbsoluteUri;
        var done = step.Status == "SUCCESS";
        return _now = _now with
        {
            Status = step.Status,
            Progress = $"{step.Progress}%",
            StartTime = _now.StartTime ?? now.ToUnixTimeMilliseconds(),
            FinishTime = done ? now.ToUnixTimeMilliseconds() : null,
            ImageUrl = done ? address : step.Progress > 0 ? $"{address}?progress={step.Progress}" : null,
            Width = done ? picture.Width : null,
            Height = done ? picture.Height : null,
            Buttons = done && picture.Parts.Length == 4 ? Button.ForGrid(Guid.Parse(_now.Properties["messageHash"])) : [],
        };
    }
}
