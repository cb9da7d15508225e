using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MjAspire.McpGateway.Tests.Conformance;

/// <summary>The suite's tools that ask for input in several rounds.</summary>
[McpServerToolType]
internal sealed class FixtureInputs
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static ElicitRequestParams Elicitation(string message, params string[] fields) => new()
    {
        Message = message,
        RequestedSchema = new()
        {
            Properties = fields.ToDictionary(
                field => field, _ => (ElicitRequestParams.PrimitiveSchemaDefinition)new ElicitRequestParams.StringSchema(), StringComparer.Ordinal),
            Required = fields,
        },
    };

    public static CreateMessageRequestParams Sampling(string prompt, int tokens) => new()
    {
        Messages = [new() { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
        MaxTokens = tokens,
    };

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("Asks for a name.")]
    public static string AskName(RequestContext<CallToolRequestParams> call) =>
        Accepted(call.Params!, "user_name") is { } answer && answer.TryGetValue("name", out var name)
            ? $"Hello, {name}!"
            : throw Ask(("user_name", InputRequest.ForElicitation(Elicitation("What is your name?", "name"))));

    [McpServerTool(Name = "test_streaming_elicitation"), Description("Asks for a name, on a stream.")]
    public static string AskNameStreaming(RequestContext<CallToolRequestParams> call) => AskName(call);

    [McpServerTool(Name = "test_input_required_result_sampling"), Description("Asks the model.")]
    public static string AskModel(RequestContext<CallToolRequestParams> call) =>
        Response(call.Params!, "capital_question") is { } response
            ? response.Deserialize(InputResponse.CreateMessageResultJsonTypeInfo)!.Content.OfType<TextContentBlock>().First().Text
            : throw Ask(("capital_question", InputRequest.ForSampling(Sampling("What is the capital of France?", 100))));

    [McpServerTool(Name = "test_input_required_result_list_roots"), Description("Asks for roots.")]
    public static string AskRoots(RequestContext<CallToolRequestParams> call) =>
        Response(call.Params!, "client_roots") is { } response
            ? string.Join(", ", response.Deserialize(InputResponse.ListRootsResultJsonTypeInfo)!.Roots.Select(root => root.Uri))
            : throw Ask(("client_roots", InputRequest.ForRootsList(new())));

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("Keeps state with the client.")]
    public static string KeepState(RequestContext<CallToolRequestParams> call)
    {
        if (call.Params!.RequestState is not { } state || Accepted(call.Params, "confirm") is null)
            throw Ask(Seal("confirm"), ("confirm", InputRequest.ForElicitation(Confirmation())));
        Open(state);
        return "state-ok";
    }

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("Refuses state that was changed.")]
    public static string Tampered(RequestContext<CallToolRequestParams> call) => KeepState(call);

    [McpServerTool(Name = "test_input_required_result_multiple_inputs"), Description("Asks for several things at once.")]
    public static string AskMany(RequestContext<CallToolRequestParams> call)
    {
        if (call.Params!.RequestState is not { } state
            || ((string[])["user_name", "greeting", "client_roots"]).Any(key => Response(call.Params, key) is null))
            throw Ask(Seal("many"),
                ("user_name", InputRequest.ForElicitation(Elicitation("What is your name?", "name"))),
                ("greeting", InputRequest.ForSampling(Sampling("Generate a greeting", 50))),
                ("client_roots", InputRequest.ForRootsList(new())));
        Open(state);
        return "All there.";
    }

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("Asks twice.")]
    public static string AskTwice(RequestContext<CallToolRequestParams> call)
    {
        var round = call.Params!.RequestState is { } state ? Open(state) : "";
        return round switch
        {
            "2" when Accepted(call.Params, "step2") is { } answer => $"Color: {answer["color"]}",
            "1" when Accepted(call.Params, "step1") is not null =>
                throw Ask(Seal("2"), ("step2", InputRequest.ForElicitation(Elicitation("Step 2: What is your favorite color?", "color")))),
            _ => throw Ask(Seal("1"), ("step1", InputRequest.ForElicitation(Elicitation("Step 1: What is your name?", "name")))),
        };
    }

    [McpServerTool(Name = "test_input_required_result_capabilities"), Description("Asks for what the client can give.")]
    public static string AskWhatCan(RequestContext<CallToolRequestParams> call)
    {
        if (call.Params!.InputResponses is { Count: > 0 })
            return "Thank you.";

        var capabilities = call.Server.ClientCapabilities;
        var requests = new List<(string, InputRequest)>();
        if (capabilities?.Elicitation is not null)
            requests.Add(("user_name", InputRequest.ForElicitation(Elicitation("What is your name?", "name"))));
        if (capabilities?.Sampling is not null)
            requests.Add(("greeting", InputRequest.ForSampling(Sampling("Generate a greeting", 50))));
        if (capabilities?.Roots is not null)
            requests.Add(("client_roots", InputRequest.ForRootsList(new())));
        return requests.Count == 0 ? "The client can be asked for nothing." : throw Ask([.. requests]);
    }

    public static InputRequiredException Ask(params (string Key, InputRequest Request)[] requests) => Ask(null, requests);

    public static IDictionary<string, JsonElement>? Accepted(RequestParams parameters, string key)
    {
        try
        {
            return Response(parameters, key)?.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is { IsAccepted: true, Content: { } content } ? content : null;
        }
        catch (JsonException)
        {
            return null; // not an answer: it is asked for again
        }
    }

    private static InputRequiredException Ask(string? state, params (string Key, InputRequest Request)[] requests) =>
        new(requests.ToDictionary(request => request.Key, request => request.Request, StringComparer.Ordinal), state!);

    private static InputResponse? Response(RequestParams parameters, string key) => parameters.InputResponses?.TryGetValue(key, out var response) == true ? response : null;

    private static ElicitRequestParams Confirmation() => new()
    {
        Message = "Please confirm",
        RequestedSchema = new()
        {
            Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>(StringComparer.Ordinal) { ["ok"] = new ElicitRequestParams.BooleanSchema() },
            Required = ["ok"],
        },
    };

    private static string Seal(string state) => $"{state}.{Convert.ToHexString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(state)))}";

    private static string Open(string sealedState)
    {
        var state = sealedState.Split('.')[0];
        return Seal(state) == sealedState ? state : throw new McpProtocolException("The state was changed.", McpErrorCode.InvalidParams);
    }
}
