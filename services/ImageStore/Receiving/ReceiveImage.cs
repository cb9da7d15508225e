using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Checking;
using MjAspire.ImageStore.Serving;
using MjAspire.ImageStore.Storage;
using MjAspire.ImageStore.Storing;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Receiving;

/// <summary>
/// A picture that comes as bytes: the same checks, rows and harmless repeats as one that comes as a link. Nothing is held in memory.
/// The contract is <see cref="ImageUpload"/>.
/// </summary>
internal sealed class ReceiveImage(
    ImagesTable images, PictureKeeper keeper, PictureCheck check, Drafts drafts, ImageLinks links, IOptions<JsonOptions> json, TimeProvider time)
{
    /// <summary>As many as a command may have sources.</summary>
    private const int MostPictures = 16;

    public async Task<Results<Created<ReceivedImages>, Ok<ReceivedImages>, ProblemHttpResult>> ReceiveAsync(
        Caller caller, HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreAsync(caller, request, cancellationToken);
        }
        catch (InterruptedSourceException)
        {
            return Problems.Of(400, "E_SERIALIZATION_ERROR", "The body broke off. Send it again.");
        }
    }

    private async Task<Results<Created<ReceivedImages>, Ok<ReceivedImages>, ProblemHttpResult>> StoreAsync(
        Caller caller, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!TryRead(request.Headers, caller, out var command, out var index))
        {
            return Problems.Of(400, "E_SERIALIZATION_ERROR",
                $"Headers {ImageUpload.JobId} (a GUID), {ImageUpload.Index} (0 to {MostPictures - 1}) and {ImageUpload.Metadata} (JSON with an operation) say which picture this is.");
        }

        await using var draft = drafts.Create();
        var (kept, refused) = await KeepAsync(request, draft, command.Sources[0].Layout, cancellationToken);
        IReadOnlyList<ImageRow> planned = kept is null ? [] : [.. JobPictures.Plan(command, kept, index, time.GetUtcNow())];

        // What is there from before stands, whatever comes now.
        var stored = kept is null ? await images.OfJobAsync(command.JobId, cancellationToken) : await images.AddAsync(command.JobId, planned, cancellationToken);
        IReadOnlyList<ImageRow> rows = [.. stored.Where(row => row.SourceIndex == index)];
        if (rows.Count == 0)
            return Refuse(refused!);
        if (rows[0].OwnerId != caller.OwnerId)
            return Taken();
        return kept is not null && rows[0].ImageId == planned[0].ImageId ? TypedResults.Created($"/images/{rows[0].ImageId}", Show(rows)) : TypedResults.Ok(Show(rows));
    }

    private async Task<(KeptPicture? Kept, Refusal? Refused)> KeepAsync(
        HttpRequest request, Draft draft, ImageLayout layout, CancellationToken cancellationToken) =>
        request.ContentLength > check.MaxBytes || !await draft.TryFillAsync(request.Body, check.MaxBytes, cancellationToken)
            ? (null, check.TooManyBytes)
            : await keeper.KeepAsync(draft, layout, cancellationToken);

    private ReceivedImages Show(IReadOnlyList<ImageRow> rows) => new([.. rows.Select(row => links.Show(row, []))]);

    private static ProblemHttpResult Refuse(Refusal refusal) =>
        Problems.Of(refusal.Code == ImageErrors.TooLarge ? 413 : 422, refusal.Code, refusal.Reason);

    private static ProblemHttpResult Taken() => Problems.Of(404, "E_JOB_NOT_FOUND", "There is no such job.");

    private bool TryRead(IHeaderDictionary headers, Caller caller, out StoreImages command, out int index)
    {
        (command, index) = (null!, 0);
        if (!Guid.TryParse(headers[ImageUpload.JobId], out var jobId)
            || (headers.TryGetValue(ImageUpload.Index, out var number)
                && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < MostPictures)))
            return false;
        try
        {
            if (JsonSerializer.Deserialize<ImageUploadMetadata>(headers[ImageUpload.Metadata].ToString(), json.Value.SerializerOptions)
                is not { Operation.Length: > 0 } metadata)
                return false;
            command = new()
            {
                JobId = jobId,
                OwnerId = caller.OwnerId,
                Prompt = metadata.Prompt,
                Model = metadata.Model,
                Seed = metadata.Seed,
                Operation = metadata.Operation,
                ParentImageId = metadata.ParentImageId,
                Sources = [new("", metadata.Layout)],
            };
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The pictures of one upload, a grid before its parts.</summary>
internal sealed record ReceivedImages(IReadOnlyList<ImageView> Images);
