using System.Net;
using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Checking;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.ImageStore.Fetching;

/// <summary>One attempt at a link: ask, follow, copy under the cap.</summary>
internal sealed class ImageDownload(
    IHttpClientFactory clients, Drafts drafts, PictureCheck check, IOptions<FetchingOptions> options, TimeProvider time)
{
    /// <summary>The guarded client; every hop of a redirect passes the guard anew.</summary>
    public const string Client = "images";

    private const int MostRedirects = 3;

    public async Task<FetchOutcome> AttemptAsync(Uri link, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(options.Value.AttemptTimeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            for (var hop = 0; hop <= MostRedirects; hop++)
            {
                using var response = await AskAsync(link, attempt.Token);
                if (response is not { StatusCode: >= (HttpStatusCode)300 and < (HttpStatusCode)400, Headers.Location: { } location })
                    return await ReadAsync(response, attempt.Token);

                if (!Uri.TryCreate(link, location, out var next))
                    return FetchOutcome.Refuse(ImageErrors.AddressRefused, "The link leads to something that is no address.");
                if (link.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                    return FetchOutcome.Refuse(ImageErrors.AddressRefused, "The link leads from https to an address without it.");
                link = next;
            }
            return FetchOutcome.Refuse(ImageErrors.AddressRefused, $"The link was redirected more than {MostRedirects} times.");
        }
        catch (RefusedAddressException e)
        {
            return FetchOutcome.Refuse(ImageErrors.AddressRefused, $"The link may not be followed. {e.Message}");
        }
        catch (HttpRequestException e)
        {
            return new FetchOutcome.Interrupted($"the connection failed ({e.HttpRequestError})");
        }
        catch (InterruptedSourceException)
        {
            return new FetchOutcome.Interrupted("the transfer broke off");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FetchOutcome.Interrupted("it took too long");
        }
    }

    private async Task<HttpResponseMessage> AskAsync(Uri link, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.TryAddWithoutValidation("Accept", "image/png, image/jpeg, image/webp, image/gif");
        return await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task<FetchOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        switch ((int)response.StatusCode)
        {
            case 408 or 425 or 429 or >= 500:
                return new FetchOutcome.Interrupted($"the server answered {(int)response.StatusCode}", RetryAfter(response));
            case < 200 or >= 300:
                return FetchOutcome.Refuse(
                    ImageErrors.Gone, $"The link answers {(int)response.StatusCode}: the picture is gone, or the link has expired.");
        }

        if (response.Content.Headers.ContentLength > check.MaxBytes)
            return new FetchOutcome.Refused(check.TooManyBytes);

        var draft = drafts.Create();
        FetchOutcome? outcome = null;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            if (!await draft.TryFillAsync(body, check.MaxBytes, cancellationToken))
                return outcome = new FetchOutcome.Refused(check.TooManyBytes);
            return outcome = new FetchOutcome.Fetched(draft);
        }
        finally
        {
            if (outcome is not FetchOutcome.Fetched)
                await draft.DisposeAsync();
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}
