using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace MjAspire.McpGateway.Tests;

/// <summary>What is turned away before a tool is reached, byte for byte: HTTP status and JSON-RPC code.</summary>
public sealed class McpGateTests(Gateway gateway) : IClassFixture<Gateway>
{
    private const int HeaderMismatch = -32020, UnsupportedVersion = -32022;
    private const int InvalidRequest = -32600, MethodNotFound = -32601, InvalidParams = -32602, ParseError = -32700;

    private static readonly JsonObject Call = new() { ["name"] = "get_job_status", ["arguments"] = new JsonObject { ["job_id"] = "x" } };

    public static TheoryData<string, int, int> Mistakes => new()
    {
        { "no version header", 400, HeaderMismatch },
        { "unknown version", 400, UnsupportedVersion },
        { "another version in _meta", 400, HeaderMismatch },
        { "no version in _meta", 400, InvalidParams },
        { "no method header", 400, HeaderMismatch },
        { "another method header", 400, HeaderMismatch },
        { "no name header", 400, HeaderMismatch },
        { "another name header", 400, HeaderMismatch },
        { "broken base64 in the name header", 400, HeaderMismatch },
        { "no capabilities in _meta", 400, InvalidParams },
        { "unknown method", 404, MethodNotFound },
        { "initialize in the newest revision", 404, MethodNotFound },
        { "ping in the newest revision", 404, MethodNotFound },
        { "initialize says another version than the header", 400, HeaderMismatch },
        { "accepts JSON only", 406, InvalidRequest },
        { "accepts nothing named", 406, InvalidRequest },
        { "sends text", 415, InvalidRequest },
        { "sends no JSON", 400, ParseError },
        { "sends null", 400, InvalidRequest },
        { "sends too much", 413, InvalidRequest },
        { "comes from another site", 403, InvalidRequest },
        { "comes from a page without an origin", 403, InvalidRequest },
        { "asks under another host name", 403, InvalidRequest },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_gets_its_status_and_code(string mistake, int status, int code)
    {
        using var http = gateway.CreateClient();
        var answer = await Make(mistake).SendAsync(http);
        Assert.Equal((HttpStatusCode)status, answer.Status);
        Assert.Equal(code, answer.ErrorCode);
    }

    [Fact]
    public async Task A_request_as_it_should_be_passes()
    {
        using var http = gateway.CreateClient();
        var answer = await Rpc.Stateless("tools/call", Call, "get_job_status").SendAsync(http);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.Status, answer.MediaType));
        Assert.Equal("E_JOB_NOT_FOUND", (string?)answer.Result["structuredContent"]!["error"]!["code"]);
        Assert.Equal("complete", (string?)answer.Result["resultType"]);
    }

    [Fact]
    public async Task A_name_in_base64_is_read()
    {
        using var http = gateway.CreateClient();
        var encoded = $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes("get_job_status"))}?=";
        Assert.Equal(HttpStatusCode.OK, (await Rpc.Stateless("tools/call", Call, encoded).SendAsync(http)).Status);
    }

    [Theory]
    [InlineData("http://localhost:6274")]
    [InlineData("http://127.0.0.1")]
    public async Task A_page_on_this_machine_may_call(string origin)
    {
        using var http = gateway.CreateClient();
        var rpc = Rpc.Stateless("tools/list");
        rpc.Headers["Origin"] = origin;
        Assert.Equal(HttpStatusCode.OK, (await rpc.SendAsync(http)).Status);
    }

    [Fact]
    public async Task The_public_address_and_what_the_configuration_names_may_call()
    {
        await using var service = await gateway.StartAnotherAsync(
            ("Images:PublicUrl", "https://pictures.example"), ("Mcp:AllowedHosts:0", "other.example"), ("Mcp:AllowedOrigins:0", "https://page.example"));
        using var http = gateway.CreateClient(address: service.Address);

        Assert.Equal(HttpStatusCode.OK, await TryAsync("pictures.example", "https://pictures.example"));
        Assert.Equal(HttpStatusCode.OK, await TryAsync("other.example:8080", "https://page.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await TryAsync("pictures.example", "http://pictures.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await TryAsync("pictures.example.evil.example", "https://pictures.example"));

        async Task<HttpStatusCode> TryAsync(string host, string origin)
        {
            var rpc = Rpc.Stateless("tools/list");
            (rpc.Headers["Host"], rpc.Headers["Origin"]) = (host, origin);
            return (await rpc.SendAsync(http)).Status;
        }
    }

    /// <summary>Well-formed JSON that is no request anyone would send: whatever it is, it is the sender's mistake.</summary>
    [Theory]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":5,"capabilities":"x","clientInfo":[]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate_image","arguments":[1]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate_image","arguments":{"prompt":{}}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate_image","_meta":5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":{}}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"tools/call","params":{"name":"generate_image"}}""")]
    public async Task Nonsense_is_never_the_servers_fault(string body)
    {
        using var http = gateway.CreateClient();
        var answer = await new Rpc { Body = body }.SendAsync(http);
        Assert.True((int)answer.Status < 500, $"{answer.Status} {answer.Text}");

        var stateless = Rpc.Stateless("tools/list");
        stateless.Body = body;
        answer = await stateless.SendAsync(http);
        Assert.True((int)answer.Status < 500, $"{answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task Refusals_carry_the_id_of_their_request()
    {
        using var http = gateway.CreateClient();
        Assert.Equal(7, (int)(await Make("no method header").SendAsync(http)).Messages[0]["id"]!);
    }

    [Fact]
    public async Task An_unknown_version_is_told_the_one_to_use()
    {
        using var http = gateway.CreateClient();
        var data = (await Make("unknown version").SendAsync(http)).Messages[0]["error"]!["data"]!;
        Assert.Equal("""{"supported":["2026-07-28"],"requested":"1999-01-01"}""", data.ToJsonString());
    }

    [Fact]
    public async Task The_server_discovers_itself()
    {
        using var http = gateway.CreateClient();
        var result = (await Rpc.Stateless("server/discover").SendAsync(http)).Result;
        Assert.Equal("""["2026-07-28"]""", result["supportedVersions"]!.ToJsonString());
        Assert.NotNull(result["capabilities"]!["tools"]);
    }

    [Fact]
    public async Task Lists_may_be_kept_for_a_while()
    {
        using var http = gateway.CreateClient();
        var result = (await Rpc.Stateless("tools/list").SendAsync(http)).Result;
        Assert.Equal(300_000, (int)result["ttlMs"]!);
        Assert.Equal("private", (string?)result["cacheScope"]);
    }

    [Fact]
    public async Task A_notification_is_accepted_with_no_body()
    {
        using var http = gateway.CreateClient();
        var rpc = new Rpc { Body = """{"jsonrpc":"2.0","method":"notifications/initialized"}""" };
        var answer = await rpc.SendAsync(http);
        Assert.Equal((HttpStatusCode.Accepted, null, ""), (answer.Status, answer.MediaType, answer.Text));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task There_are_no_sessions_to_listen_to_or_to_end(string method)
    {
        using var http = gateway.CreateClient();
        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/mcp"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    private static Rpc Make(string mistake)
    {
        var rpc = Rpc.Stateless("tools/call", Call, "get_job_status");
        switch (mistake)
        {
            case "no version header": rpc.Headers.Remove("MCP-Protocol-Version"); break;
            case "unknown version": rpc.Headers["MCP-Protocol-Version"] = "1999-01-01"; break;
            case "another version in _meta": rpc.Body = rpc.Body.Replace(Rpc.Newest, "2027-01-01", StringComparison.Ordinal); break;
            case "no version in _meta": rpc.Body = rpc.Body.Replace("/protocolVersion", "/other", StringComparison.Ordinal); break;
            case "no method header": rpc.Headers.Remove("Mcp-Method"); break;
            case "another method header": rpc.Headers["Mcp-Method"] = "tools/list"; break;
            case "no name header": rpc.Headers.Remove("Mcp-Name"); break;
            case "another name header": rpc.Headers["Mcp-Name"] = "generate_image"; break;
            case "broken base64 in the name header": rpc.Headers["Mcp-Name"] = "=?base64?%%%?="; break;
            case "no capabilities in _meta": rpc.Body = rpc.Body.Replace("/clientCapabilities", "/other", StringComparison.Ordinal); break;
            case "unknown method": return Rpc.Stateless("no/such/method");
            case "initialize in the newest revision": return Rpc.Stateless("initialize");
            case "ping in the newest revision": return Rpc.Stateless("ping");
            case "initialize says another version than the header":
                rpc = Rpc.Handshake("initialize", new() { ["protocolVersion"] = "2025-11-25" });
                rpc.Headers["MCP-Protocol-Version"] = "2025-06-18";
                break;
            case "accepts JSON only": return new Rpc { Accept = "application/json", Body = rpc.Body };
            case "accepts nothing named": return new Rpc { Accept = "", Body = rpc.Body };
            case "sends text": return new Rpc { ContentType = "text/plain", Body = rpc.Body };
            case "sends no JSON": rpc.Body = "{\"jsonrpc\":"; break;
            case "sends null": rpc.Body = "null"; break;
            case "sends too much": rpc.Body = new string(' ', 1 << 20) + rpc.Body; break;
            case "comes from another site": rpc.Headers["Origin"] = "https://evil.example"; break;
            case "comes from a page without an origin": rpc.Headers["Origin"] = "null"; break;
            case "asks under another host name": rpc.Headers["Host"] = "rebound.example"; break;
            default: throw new ArgumentOutOfRangeException(nameof(mistake), mistake, null);
        }

        return rpc;
    }
}
