using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary>What every submit takes: <c>state</c> comes back with the task, <c>notifyHook</c> is told of its changes.</summary>
internal interface ISubmitRequest
{
    string? State { get; }

    string? NotifyHook { get; }
}

/// <summary>What is to be drawn.</summary>
internal sealed record Order
{
    public required string Action { get; init; }

    public required string Prompt { get; init; }

    public required string Description { get; init; }

    public required string BotType { get; init; }

    public required Picture Picture { get; init; }

    public required long Seed { get; init; }

    public string? ParentId { get; init; }
}

/// <summary>Takes orders: checks what is common to all of them, makes the task and starts it.</summary>
internal sealed class Desk(TaskStore tasks, Runner runner, IOptions<SandboxOptions> options, TimeProvider time)
{
    private const int LongestState = 255;
    private const int LongestHook = 2000;

    public SubmitResult Submit(HttpContext context, ISubmitRequest request, Order order)
    {
        if (request.State?.Length > LongestState)
            return SubmitResult.Invalid($"state is limited to {LongestState} characters");
        if (request.NotifyHook is { Length: > 0 } hook && (hook.Length > LongestHook || !IsWebAddress(hook)))
            return SubmitResult.Invalid($"notifyHook must be an http address of at most {LongestHook} characters");

        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["finalPrompt"] = order.Prompt,
            ["messageHash"] = $"{Guid.CreateVersion7()}",
        };
        if (request.NotifyHook is { Length: > 0 })
            properties["notifyHook"] = request.NotifyHook;

        var view = new TaskView
        {
            Id = tasks.NextId(),
            Action = order.Action,
            Status = "NOT_START",
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
        var task = new SandboxTask(view, order.Picture, order.Seed, BaseUrl(context.Request));
        if (!tasks.TryAdd(task))
            return SubmitResult.QueueFull();

        runner.Start(task);
        return SubmitResult.Accepted(task.Id);
    }

    /// <summary>The longer side is the configured size; both are even, so that a grid has four equal parts.</summary>
    public (int Width, int Height) Pixels(float ratio)
    {
        var size = options.Value.Size & ~1;
        var shorter = Math.Max(2, (int)MathF.Round(size * MathF.Min(ratio, 1 / ratio) / 2) * 2);
        return ratio >= 1 ? (size, shorter) : (shorter, size);
    }

    private Uri BaseUrl(HttpRequest request) => options.Value.PublicUrl ?? new Uri($"{request.Scheme}://{request.Host}");

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
