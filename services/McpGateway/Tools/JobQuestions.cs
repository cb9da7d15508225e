using System.Text.Json.Nodes;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tools;

/// <summary>
/// A job that needs input asks the person through the client, where the client can: the call ends with <c>input_required</c>, and is made
/// once more with the answer; <c>requestState</c> is the job's id. Clients of the old era are asked in the middle of the call.
/// Everyone else reads the question in the result and gives the answer with <c>answer_job</c>.
/// </summary>
internal sealed class JobQuestions(JobsClient jobs)
{
    private const string Key = "answer";

    /// <summary>The job whose question this call comes back from. An id someone made up finds nothing but jobs of their own.</summary>
    public static Guid? JobOf(RequestContext<CallToolRequestParams> call) => Guid.TryParse(call.Params?.RequestState, out var job) ? job : null;

    /// <summary>Ends the call with the question, if the client can put one.</summary>
    /// <exception cref="InputRequiredException">It can.</exception>
    public static void Ask(RequestContext<CallToolRequestParams> call, Job job)
    {
        if (!call.Server.IsMrtrSupported || call.Server.ClientCapabilities?.Elicitation is null || call.Params?.InputResponses?.ContainsKey(Key) == true)
            return;

        var request = InputRequest.ForElicitation(Form(job));
        throw new InputRequiredException(new Dictionary<string, InputRequest>(StringComparer.Ordinal) { [Key] = request }, job.JobId.ToString());
    }

    /// <summary>Gives the job the answer that came with the call, if one did.</summary>
    public async Task AnswerAsync(RequestContext<CallToolRequestParams> call, Guid jobId, CancellationToken cancellationToken)
    {
        if (Read(call) is { } answer)
            await jobs.AnswerAsync(call.User!.OwnerId(), jobId, answer, cancellationToken);
    }

    /// <summary>Midjourney wants a prompt or a mask; a worker's own question takes words.</summary>
    public static ElicitRequestParams Form(Job job) => new()
    {
        Message = job.Progress?.Message ?? "The job needs an answer before it goes on.",
        RequestedSchema = new()
        {
            Properties = job.Kind is JobKind.Image
                ? new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>(StringComparer.Ordinal)
                {
                    ["prompt"] = new ElicitRequestParams.StringSchema { Title = "Prompt", Description = "What the changed part is to show." },
                    ["mask"] = new ElicitRequestParams.StringSchema
                    {
                        Title = "Mask",
                        Description = "A data URL of a PNG, white where the picture is to change. Leave out to change all of it.",
                    },
                }
                : new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>(StringComparer.Ordinal)
                {
                    ["answer"] = new ElicitRequestParams.StringSchema { Title = "Answer" },
                },
            Required = job.Kind is JobKind.Image ? ["prompt"] : ["answer"],
        },
    };

    private static JsonObject? Read(RequestContext<CallToolRequestParams> call)
    {
        if (call.Params?.InputResponses is not { } responses || !responses.TryGetValue(Key, out var response)
            || response.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is not { IsAccepted: true, Content: { } content })
            return null;

        return new(content.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, JsonNode.Parse(field.Value.GetRawText()))));
    }
}
