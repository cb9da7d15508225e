using Microsoft.Extensions.Options;
using ModelContextProtocol;

namespace MjAspire.McpGateway.Mcp;

/// <summary>
/// Before the SDK's endpoint: who calls from where, what kind of message it is, and in which session. The SDK has it that a server keeps
/// sessions or does not; here one address does both. In the new era every request stands alone and any replica can answer it. In the old era
/// <c>initialize</c> opens a session, which is used where it is found and done without where it is not.
/// </summary>
internal sealed class McpGate(SdkEndpoints sdk, ClientSessions sessions, KeptLists lists, OriginGuard guard, IOptions<McpSettings> settings)
{
    public async Task PostAsync(HttpContext context)
    {
        if ((guard.Check(context.Request) ?? SentMessage.CheckMediaTypes(context.Request)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var (message, mistake) = await SentMessage.ReadAsync(context, settings.Value.MaxBodyBytes);
        if (message is null || mistake is not null)
        {
            await mistake!.WriteAsync(context, message?.Id ?? default);
            return;
        }

        var (session, isGood) = FindSession(context);
        if (isGood is false)
        {
            await Unknown.WriteAsync(context, message.Id);
            return;
        }

        var opened = isGood is null && message.OpensSession ? sessions.TryEnter(context.User) : null;
        try
        {
            await ServeAsync(context, message, session, opened);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client closed the stream: that cancels its call. What the call has started, a job, goes on.
        }
        finally
        {
            if (opened is { HasBegun: false })
                sessions.Leave(opened);
        }
    }

    /// <summary>The stream for messages no request asked for; sessions have it.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (guard.Check(context.Request) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var (session, isGood) = FindSession(context);
        if (session is null)
        {
            await (isGood is false ? Unknown : NotAllowed(context)).WriteAsync(context);
            return;
        }

        ClientSessions.Name(context, session);
        await sdk.Sessions.Get(context);
    }

    /// <summary>The client is done with its session.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var (session, isGood) = FindSession(context);
        if ((guard.Check(context.Request) ?? (isGood is null ? NotAllowed(context) : isGood is false ? Unknown : null)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        sessions.End(context.Request.Headers[McpProtocol.SessionHeader].ToString());
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (session is not null)
        {
            ClientSessions.Name(context, session);
            await sdk.Sessions.Delete(context);
        }
    }

    private static McpRefusal Unknown { get; } = new(404, McpErrorCode.InvalidRequest, "There is no such session. Begin another one with initialize.");

    private static McpRefusal NotAllowed(HttpContext context)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return new(405, McpErrorCode.InvalidRequest, "Only POST is served without a session.");
    }

    /// <summary>No session was named: (null, null).</summary>
    private (ClientSession? Session, bool? IsGood) FindSession(HttpContext context)
    {
        var id = context.Request.Headers[McpProtocol.SessionHeader].ToString();
        return id.Length == 0 || McpProtocol.IsStateless(context.Request.Headers[McpProtocol.VersionHeader]) ? (null, null) : sessions.Find(id, context.User);
    }

    private async Task ServeAsync(HttpContext context, SentMessage message, ClientSession? session, ClientSession? opened)
    {
        (string, bool)? list = message.ListRevision is { } revision ? (revision, session is not null) : null;
        if (session is not null)
            context.Response.Headers[McpProtocol.SessionHeader] = session.Id;
        if (list is { } known && await lists.TryAnswerAsync(context, known, message.Id))
            return;

        var used = session ?? opened;
        if (used is not null)
            ClientSessions.Name(context, used);
        else
            context.Request.Headers.Remove(McpProtocol.SessionHeader);

        var answer = used is null ? sdk.Alone.Post : sdk.Sessions.Post;
        if (list is { } wanted)
        {
            await lists.KeepAsync(context, wanted, answer);
            return;
        }

        context.Response.Body = new AnswerStream(context.Response.Body);
        await answer(context);
    }
}
