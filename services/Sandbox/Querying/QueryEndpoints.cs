using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Querying;

/// <summary><c>{"ids":["1689231405853400"]}</c></summary>
internal sealed record TaskCondition(string[]? Ids);

internal static class QueryEndpoints
{
    private const int MostIds = 1000;

    public static void MapQuerying(this RouteGroupBuilder midjourney)
    {
        var task = midjourney.MapGroup("/task");
        task.MapPost("/list-by-condition", List);
        if (midjourney.Speaks(Dialect.Action))
        {
            task.MapGet("/{id}/fetch", Fetch);
            task.MapGet("/{id}/image-seed", ImageSeed);
            task.MapPost("/{id}/cancel", Cancel);
        }
        else
        {
            task.MapGet("/{id}/fetch", FetchOrEmpty);
        }
    }

    /// <summary>The action dialect answers an unknown id with nothing at all.</summary>
    private static Results<Ok<TaskView>, Ok, NoContent> Fetch(string id, TaskStore tasks) =>
        !tasks.TryGet(id, out var task) ? TypedResults.NoContent()
        : task.IsWithheld() ? TypedResults.Ok()
        : TypedResults.Ok(task.Now);

    /// <summary>The change dialect answers it with 200 and nothing in it.</summary>
    private static Results<Ok<TaskView>, Ok> FetchOrEmpty(string id, TaskStore tasks) =>
        tasks.TryGet(id, out var task) && !task.IsWithheld() ? TypedResults.Ok(task.Now) : TypedResults.Ok();

    private static Results<Ok<SubmitResult>, NotFound<SubmitResult>> ImageSeed(string id, TaskStore tasks)
    {
        if (!tasks.TryGet(id, out var task))
            return TypedResults.NotFound(SubmitResult.NotFound());
        return TypedResults.Ok(task.Now.Status == "SUCCESS"
            ? SubmitResult.Accepted($"{task.Seed}")
            : SubmitResult.Invalid("The related task is not finished"));
    }

    /// <summary>200 with nothing in it, whether there was anything to cancel or not.</summary>
    private static Ok Cancel(string id, TaskStore tasks, Runner runner)
    {
        if (tasks.TryGet(id, out var task))
            runner.Cancel(task);
        return TypedResults.Ok();
    }

    private static Ok<TaskView[]> List(TaskCondition condition, TaskStore tasks) =>
        TypedResults.Ok<TaskView[]>(
        [
            .. from id in (condition.Ids ?? []).Distinct().Take(MostIds)
               let known = tasks.TryGet(id, out var task) && !task.IsWithheld() ? task : null
               where known is not null
               select known.Now,
        ]);
}
