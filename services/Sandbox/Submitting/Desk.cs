using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Purchasing;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary>What every submit takes: <c>state</c> comes back with the task, <c>notifyHook</c> is told of its changes.</summary>
internal interface ISubmitRequest
{
    string? State { get; }

    string? NotifyHook { get; }

    /// <summary>Those that have one may name faults in it.</summary>
    string? Prompt => null;
}

/// <summary>Takes orders: checks what is common to all of them, makes the task and starts it.</summary>
internal sealed class Desk(TaskStore tasks, Runner runner, PurchaseBook purchases, IOptions<SandboxOptions> options, TimeProvider time)
{
    private const int LongestState = 255;
    private const int LongestHook = 2000;

    // The sandbox's own bound: prompts are kept with tasks and purchases.
    private const int LongestPrompt = 10_000;

    public SubmitResult Submit(HttpContext context, ISubmitRequest request, Order order)
    {
        if (request.State?.Length > LongestState)
            return SubmitResult.Invalid($"state is limited to {LongestState} characters");
        if (request.NotifyHook is { Length: > 0 } hook && (hook.Length > LongestHook || !IsWebAddress(hook)))
            return SubmitResult.Invalid($"notifyHook must be an http address of at most {LongestHook} characters");

        if (order.Prompt.Length > LongestPrompt)
            return SubmitResult.Invalid($"prompt is limited to {LongestPrompt} characters");

        var view = View(context, request, order);
        var task = new SandboxTask(view, BaseUrl(context.Request))
        {
            Picture = order.Picture,
            Seed = order.Seed,
            Answer = order.Answer,
            FourPictures = options.Value.FourPictures,
            Faults = context.Features.Get<FaultPlan>() ?? FaultPlan.None,
        };
        if (!tasks.TryAdd(task))
            return SubmitResult.QueueFull();
        context.Features.Set(task);
        if (order.Window)
            return SubmitResult.Window(task.Id, view.Prompt);

        Begin(task);
        return SubmitResult.Accepted(task.Id);
    }

    /// <summary>The window of a task is answered; the second answer changes nothing.</summary>
    public SubmitResult Confirm(HttpContext context, SandboxTask task, string prompt, Picture? picture)
    {
        if (prompt.Length > LongestPrompt)
            return SubmitResult.Invalid($"prompt is limited to {LongestPrompt} characters");
        if (!task.Confirm(prompt, picture, context.Features.Get<FaultPlan>() ?? FaultPlan.None))
            return SubmitResult.Existing(task.Id);
        context.Features.Set(task);
        Begin(task);
        return SubmitResult.Accepted(task.Id);
    }

    /// <summary>The longer side is the configured size; both are even, so that a grid has four equal parts.</summary>
    public (int Width, int Height) Pixels(float ratio)
    {
        var size = options.Value.Size & ~1;
        var shorter = Math.Max(2, (int)MathF.Round(size * MathF.Min(ratio, 1 / ratio) / 2) * 2);
        return ratio >= 1 ? (size, shorter) : (shorter, size);
    }

    private void Begin(SandboxTask task)
    {
        purchases.Add(task.Now.State, task.Id, task.Now.Prompt);
        runner.Start(task);
    }

    private TaskView View(HttpContext context, ISubmitRequest request, Order order)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { ["messageHash"] = $"{Guid.CreateVersion7()}" };
        if (order.Answer is null)
            properties["finalPrompt"] = order.Prompt;
        if (request.NotifyHook is { Length: > 0 })
            properties["notifyHook"] = request.NotifyHook;
        return new()
        {
            Id = tasks.NextId(),
            Action = order.Action,
            Status = order.Window ? "MODAL" : "NOT_START",
            Prompt = order.Prompt,
            PromptEn = order.Prompt,
            Description = order.Description,
            State = request.State,
            SubmitTime = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Progress = "0%",
            Properties = properties,
            ParentId = order.ParentId,
            BotType = order.BotType,
            Mode = Speed.Of(context).Mode,
        };
    }

    private Uri BaseUrl(HttpRequest request) => options.Value.PublicUrl ?? new Uri($"{request.Scheme}://{request.Host}");

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
