using System.Net;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Running;

/// <summary>ImageStore, asked on an owner's behalf.</summary>
internal sealed class StoredImagesClient(HttpClient http)
{
    public async Task<string> ReadAsync(Guid owner, Guid imageId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/images/{imageId}/content");
        request.Headers.Add(InternalHeaders.Owner, owner.ToString());
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw new ImageInputException("E_IMAGE_NOT_FOUND", "There is no such picture to be taken in.");
        response.EnsureSuccessStatusCode();
        return DataUrl.Of(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
