using System.Buffers;
using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.JobService.Providers.Keys;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Administering;

/// <summary>
/// <c>/api/engines</c>: the engines' accounts and their keys. For administrators: whoever forwards to it has made sure of that. The caller is
/// noted as the one who set a key.
/// </summary>
internal static class EngineRoutes
{
    private const int LongestKey = 4_096;

    /// <summary>What a header can hold; a line break would be another header.</summary>
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/engines", async (AccountViews views, CancellationToken cancellationToken) => new EngineList(await views.AllAsync(cancellationToken)));
        api.MapPut("/engines/{engine}/accounts/{name}/key", SetAsync);
        api.MapDelete("/engines/{engine}/accounts/{name}/key", RemoveAsync);
        api.MapPost("/engines/{engine}/accounts/{name}/test", TestAsync);
    }

    /// <summary>Stores a key, once its engine has accepted it; it is used from the next call on.</summary>
    private static async Task<Results<Ok<AccountView>, ProblemHttpResult>> SetAsync(
        string engine, string name, NewKey request, Caller caller, AccountViews views, KeyTrial trial, AccountKeys keys, CancellationToken cancellationToken)
    {
        if (views.Find(engine, name) is not { } account)
            return NotFound();
        if (request.Key is not { Length: > 0 and <= LongestKey } key || key.AsSpan().ContainsAnyExcept(KeyCharacters))
            return Problems.Of(400, "E_PROVIDER_KEY", $"A key has 1 to {LongestKey:N0} visible ASCII characters and no spaces.");

        var verdict = await trial.AskAsync(account, key, cancellationToken);
        switch (verdict.Answer)
        {
            case KeyAnswer.Refused:
                return Problems.Of(422, "E_PROVIDER_KEY_REFUSED", verdict.Detail + " Nothing was changed.");
            case KeyAnswer.Unknown:
                return Problems.Of(503, "E_PROVIDER_UNAVAILABLE", verdict.Detail + " Nothing was changed.");
        }
        await keys.SetAsync(account, key, caller.OwnerId, cancellationToken);
        return TypedResults.Ok(await views.OneAsync(account, cancellationToken));
    }

    /// <summary>Forgets the stored key; the configured one counts again, if there is one.</summary>
    private static async Task<Results<Ok<AccountView>, ProblemHttpResult>> RemoveAsync(
        string engine, string name, Caller caller, AccountViews views, AccountKeys keys, CancellationToken cancellationToken)
    {
        if (views.Find(engine, name) is not { } account)
            return NotFound();
        await keys.RemoveAsync(account, caller.OwnerId, cancellationToken);
        return TypedResults.Ok(await views.OneAsync(account, cancellationToken));
    }

    /// <summary>Whether the engine accepts the key in use.</summary>
    private static async Task<Results<Ok<KeyTested>, ProblemHttpResult>> TestAsync(
        string engine, string name, AccountViews views, KeyTrial trial, CancellationToken cancellationToken)
    {
        if (views.Find(engine, name) is not { } account)
            return NotFound();
        var verdict = await trial.AskAsync(account, key: null, cancellationToken);
        return TypedResults.Ok(new KeyTested(verdict.Answer switch
        {
            KeyAnswer.Accepted => null,
            KeyAnswer.Refused => "E_PROVIDER_KEY_REFUSED",
            _ => "E_PROVIDER_UNAVAILABLE",
        }, verdict.Detail));
    }

    private static ProblemHttpResult NotFound() =>
        Problems.Of(404, "E_ACCOUNT_NOT_FOUND", "There is no such account of an engine. GET /api/engines lists them.");

    private sealed record EngineList(IReadOnlyList<EngineView> Engines);

    /// <summary>The body of a <c>PUT</c>.</summary>
    private sealed record NewKey(string? Key)
    {
        public override string ToString() => "NewKey";
    }

    /// <summary>What came of a test.</summary>
    /// <param name="Code">Null when all is well.</param>
    private sealed record KeyTested(string? Code, string Detail);
}
