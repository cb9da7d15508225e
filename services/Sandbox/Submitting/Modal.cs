using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary><c>{"taskId":"...","prompt":"a hat","maskBase64":"data:image/png;base64,..."}</c>: state and hook stay those of the task.</summary>
internal sealed record ModalRequest(string? TaskId, string? Prompt, string? MaskBase64, string? State, string? NotifyHook) : ISubmitRequest;

/// <summary>
/// The window a task waits in is answered; the task goes on under its own id. As with the real ones a mask alone is not enough.
/// </summary>
internal static class Modal
{
    public static Results<Ok<SubmitResult>, NotFound<SubmitResult>> Handle(ModalRequest request, Desk desk, TaskStore tasks, HttpContext context)
    {
        var prompt = FaultFlag.Strip(request.Prompt ?? "");
        if (string.IsNullOrWhiteSpace(request.TaskId) || prompt.Length == 0)
            return TypedResults.Ok(SubmitResult.Invalid("taskId and prompt cannot be empty"));
        if (request.MaskBase64 is { Length: > 0 } mask && !DataUrl.IsPicture(mask))
            return TypedResults.Ok(SubmitResult.Invalid("maskBase64 must be a data URL of a picture"));
        if (!PromptParameters.TryRead(prompt, out var parameters, out var why))
            return TypedResults.Ok(SubmitResult.Invalid(why));
        if (!tasks.TryGet(request.TaskId, out var task))
            return TypedResults.NotFound(SubmitResult.NotFound());

        return TypedResults.Ok(desk.Confirm(context, task, prompt, task.Picture is { } picture ? picture with { Prompt = parameters.Words } : null));
    }
}
