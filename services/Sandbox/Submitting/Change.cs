using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"taskId":"...","action":"UPSCALE","index":1,"state":"...","notifyHook":"..."}</c></summary>
internal sealed record ChangeRequest(string? TaskId, string? Action, int? Index, string? State, string? NotifyHook) : ISubmitRequest;

/// <summary><c>{"content":"1320098173412546 U2","state":"...","notifyHook":"..."}</c>: U1 to U4, V1 to V4, R.</summary>
internal sealed record SimpleChangeRequest(string? Content, string? State, string? NotifyHook) : ISubmitRequest;

/// <summary>Follow-ups by index, on grids only. Relays of the action dialect take them as well (trueai-org/midjourney-proxy, SubmitController).</summary>
internal static class Change
{
    public static Results<Ok<SubmitResult>, NotFound<SubmitResult>> Handle(ChangeRequest request, Desk desk, TaskStore tasks, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(request.TaskId))
            return TypedResults.Ok(SubmitResult.Invalid("taskId cannot be empty"));
        var what = request.Action switch { "UPSCALE" => "upsample", "VARIATION" => "variation", "REROLL" => "reroll", _ => null };
        if (what is null)
            return TypedResults.Ok(SubmitResult.Invalid("action is UPSCALE, VARIATION or REROLL"));
        if (what != "reroll" && request.Index is not (>= 1 and <= 4))
            return TypedResults.Ok(SubmitResult.Invalid("index is 1 to 4"));
        if (!tasks.TryGet(request.TaskId, out var parent))
            return TypedResults.NotFound(SubmitResult.NotFound());
        if (parent.Now.Status != "SUCCESS")
            return TypedResults.Ok(SubmitResult.Invalid("The related task is not finished"));
        if (parent.Picture is not { Parts.Length: 4 } grid)
            return TypedResults.Ok(SubmitResult.Invalid("The related task cannot be changed"));
        return TypedResults.Ok(desk.Submit(context, request, FollowUp.Order(parent, grid, what, request.Index ?? 0, desk)));
    }

    public static Results<Ok<SubmitResult>, NotFound<SubmitResult>> HandleSimple(SimpleChangeRequest request, Desk desk, TaskStore tasks, HttpContext context)
    {
        var (taskId, change) = request.Content?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var id, var rest] ? (id, rest.ToUpperInvariant()) : ("", "");
        ChangeRequest? full = change switch
        {
            "R" => new(taskId, "REROLL", null, request.State, request.NotifyHook),
            ['U' or 'V', >= '1' and <= '4'] => new(
                taskId, change[0] == 'U' ? "UPSCALE" : "VARIATION", change[1] - '0', request.State, request.NotifyHook),
            _ => null,
        };
        return full is null ? TypedResults.Ok(SubmitResult.Invalid("content is a task id, a blank, and U1 to U4, V1 to V4 or R")) : Handle(full, desk, tasks, context);
    }
}
