namespace MjAspire.JobService.Providers.Keys;

/// <summary>Puts the account's key on every call to its engine: at the last moment, so that a new key is used by the next call.</summary>
internal sealed class AccountKeyHandler(EngineAccount account, AccountKeys keys) : DelegatingHandler
{
    /// <summary>On a call that tries a key out: that key.</summary>
    public static readonly HttpRequestOptionsKey<string> Candidate = new("candidate-key");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var key = request.Options.TryGetValue(Candidate, out var candidate) ? candidate : await keys.OfAsync(account, cancellationToken);
        if (key.Length > 0)
            account.Options.Authorize(request, key);
        return await base.SendAsync(request, cancellationToken);
    }
}
