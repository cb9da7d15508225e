using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"taskId":"...","customId":"MJ::JOB::upsample::2::{uuid}","state":"...","notifyHook":"..."}</c></summary>
internal sealed record ActionRequest(string? TaskId, string? CustomId, string? State, string? NotifyHook) : ISubmitRequest;

/// <summary>A button of a finished task is pressed. Only buttons the task really has can be.</summary>
internal static class Act
{
    public static Results<Ok<SubmitResult>, NotFound<SubmitResult>> Handle(ActionRequest request, Desk desk, TaskStore tasks, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(request.TaskId) || string.IsNullOrWhiteSpace(request.CustomId))
            return TypedResults.Ok(SubmitResult.Invalid("taskId and customId cannot be empty"));
        if (!tasks.TryGet(request.TaskId, out var parent))
            return TypedResults.NotFound(SubmitResult.NotFound());

        var view = parent.Now;
        if (view.Status != "SUCCESS")
            return TypedResults.Ok(SubmitResult.Invalid("The related task is not finished"));
        if (parent.Picture is not { } picture || view.Buttons.FirstOrDefault(button => button.CustomId == request.CustomId) is not { } pressed)
            return TypedResults.Ok(SubmitResult.Invalid("The related task has no such button"));

        var (what, index) = pressed.Read();
        return TypedResults.Ok(desk.Submit(context, request, FollowUp.Order(parent, picture, what, index, desk)));
    }
}
