using System.Net;

namespace MjAspire.JobService.Providers.Keys;

/// <summary>Tries a key with a question that costs nothing and changes nothing.</summary>
internal sealed class KeyTrial(IHttpClientFactory clients)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="key">The key to try; null for the one in use.</param>
    public async Task<KeyVerdict> AskAsync(EngineAccount account, string? key, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var http = clients.CreateClient(account.Provider);
            using var request = account.Options.HarmlessQuestion();
            if (key is not null)
                request.Options.Set(AccountKeyHandler.Candidate, key);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return response.StatusCode switch
            {
                // Too many questions are only answered so to somebody who is known.
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices or HttpStatusCode.TooManyRequests => new(KeyAnswer.Accepted, "The engine accepts the key."),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(KeyAnswer.Refused, $"The engine does not accept this key: HTTP {(int)response.StatusCode}."),
                var status => new(KeyAnswer.Unknown, $"The engine answered HTTP {(int)status} to a harmless question; whether the key is right is not known."),
            };
        }
        catch (HttpRequestException e)
        {
            return new(KeyAnswer.Unknown, $"The engine cannot be reached: {e.HttpRequestError}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(KeyAnswer.Unknown, $"The engine did not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }
}

/// <summary>What an engine thinks of a key.</summary>
internal sealed record KeyVerdict(KeyAnswer Answer, string Detail);

/// <summary>In short.</summary>
internal enum KeyAnswer
{
    Accepted,
    Refused,
    Unknown,
}
