using System.Net;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults.Outbound;

namespace MjAspire.JobService.Running;

/// <summary>A picture to be taken in cannot be had.</summary>
/// <param name="code">An <c>E_*</c> code for the job.</param>
internal sealed class ImageInputException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// Fetches the pictures a job takes in, as data URLs: from the web through the SSRF guard, or from ImageStore on the owner's behalf.
/// </summary>
internal sealed class ImageInputs(IHttpClientFactory clients, StoredImagesClient stored, JobStore jobs)
{
    public const string ClientName = "image-inputs";

    /// <summary>Largest picture a relay takes, bytes.</summary>
    public const int LargestImage = 10 << 20;

    public async Task<IReadOnlyList<string>> ReadAsync(Guid owner, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        var read = new List<string>(images.Count);
        foreach (var image in images)
            read.Add(await ReadAsync(owner, image, cancellationToken));
        return read;
    }

    private async Task<string> ReadAsync(Guid owner, string image, CancellationToken cancellationToken)
    {
        if (await StoredImageAsync(owner, image, cancellationToken) is { } id)
            return await stored.ReadAsync(owner, id, cancellationToken);
        if (!Uri.TryCreate(image, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ImageInputException("E_IMAGE_NOT_FOUND", "A picture to be taken in is neither a web address nor one of your finished jobs.");

        try
        {
            using var http = clients.CreateClient(ClientName);
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new ImageInputException("E_IMAGE_GONE", $"A picture to be taken in cannot be fetched: its server answers {(int)response.StatusCode}.");
            var body = await BoundedBody.ReadAsync(response.Content, LargestImage, cancellationToken);
            return body.IsTruncated
                ? throw new ImageInputException("E_IMAGE_TOO_LARGE", $"A picture to be taken in has more than {LargestImage >> 20} MB.")
                : DataUrl.Of(body.Bytes);
        }
        catch (RefusedAddressException e)
        {
            throw new ImageInputException("E_IMAGE_ADDRESS_REFUSED", RefusedAddressException.Describe(e.Reason));
        }
        catch (HttpRequestException e)
        {
            throw new ImageInputException("E_IMAGE_GONE", $"A picture to be taken in cannot be fetched: {e.HttpRequestError}.");
        }
    }

    /// <summary><c>mj://images/{id}</c>, or the first picture of a job of the owner's.</summary>
    private async Task<Guid?> StoredImageAsync(Guid owner, string image, CancellationToken cancellationToken)
    {
        const string Scheme = "mj://images/";
        if (image.StartsWith(Scheme, StringComparison.Ordinal) && Guid.TryParse(image[Scheme.Length..], out var imageId))
            return imageId;
        return Guid.TryParse(image, out var jobId) && await jobs.FindAsync(jobId, cancellationToken) is { } job && job.OwnerId == owner
            ? job.Artifacts.Select(artifact => artifact.ImageId).FirstOrDefault(id => id is not null)
            : null;
    }
}
