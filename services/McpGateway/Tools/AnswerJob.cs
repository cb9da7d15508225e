using System.ComponentModel;
using System.Text.Json.Nodes;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>The tool <c>answer_job</c>.</summary>
[McpServerToolType]
internal sealed class AnswerJob(JobCalls calls, JobsClient jobs)
{
    [McpServerTool(
        Name = "answer_job", Title = "Answer a job's question",
        ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true,
        UseStructuredContent = true, OutputSchemaType = typeof(JobReport))]
    [NeedsScope(Scopes.Generate)]
    [Description(
        """
        Gives a job in the status needs_input what it asks for; its question says what that is. For a picture that is a prompt, a mask, or
        both (after edit_image with action inpaint); for an external worker's question it is answer, in any form the question asks for.
        Then the job goes on: wait_for_job or get_job_status.
        """)]
    public async Task<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> call,
        [Description("The job that asks.")] string job_id,
        [Description("For a picture: what the changed part is to show.")] string? prompt = null,
        [Description("For a picture: a data URL of a PNG, white where it is to change.")] string? mask = null,
        [Description("For an external worker: what it asked for, as an object.")] JsonObject? answer = null,
        CancellationToken cancellationToken = default)
    {
        var given = answer?.DeepClone().AsObject() ?? [];
        if (prompt is not null)
            given["prompt"] = prompt;
        if (mask is not null)
            given["mask"] = mask;
        if (given.Count == 0)
            return ToolAnswers.Failure("E_MISSING_ARGUMENT", "There is no answer: give prompt, mask or answer.");

        var (owner, id) = (call.User!.OwnerId(), ToolNames.Job(job_id));
        await jobs.AnswerAsync(owner, id, given, cancellationToken);
        return await calls.ReportAsync(owner, id, cancellationToken);
    }
}
