using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using MjAspire.Contracts.Images;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Running;

/// <summary>A picture ImageStore will not have.</summary>
internal sealed class ImageRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>ImageStore, asked on an owner's behalf.</summary>
internal sealed class StoredImagesClient(HttpClient http)
{
    private static readonly JsonSerializerOptions Json = Defaults.UseWireFormat(new JsonSerializerOptions());

    /// <summary>A stored picture as a data URL.</summary>
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

    /// <summary>Has the picture an engine answered with stored; the same picture again is the same record.</summary>
    /// <param name="index">Which of the job's pictures, from 0.</param>
    public async Task<IReadOnlyList<StoredImage>> StoreAsync(Job job, ImageRequest known, int index, byte[] bytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Add(InternalHeaders.Owner, job.OwnerId.ToString());
        request.Headers.Add(ImageUpload.JobId, job.Id.ToString());
        request.Headers.Add(ImageUpload.Index, index.ToString());
        request.Headers.Add(ImageUpload.Metadata, JsonSerializer.Serialize(new ImageUploadMetadata(job.Operation, known.Prompt, known.Model, known.Seed), Json));

        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge)
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            throw new ImageRefusedException(
                problem?["code"]?.GetValue<string>() ?? "E_IMAGE_INVALID", problem?["detail"]?.GetValue<string>() ?? "The picture was refused.");
        }
        response.EnsureSuccessStatusCode();
        var stored = await response.Content.ReadFromJsonAsync<Uploaded>(Json, cancellationToken);
        return stored!.Images;
    }

    private sealed record Uploaded(IReadOnlyList<StoredImage> Images);
}
