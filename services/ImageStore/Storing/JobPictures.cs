using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Storing;

/// <summary>What a job's kept files become: rows to record, and the event that tells of them.</summary>
internal static class JobPictures
{
    /// <summary>A part is cut out as PNG, whatever its grid is: nothing is lost, and the type is known before the bytes are.</summary>
    private const string PartMediaType = "image/png";

    public static IReadOnlyList<ImageRow> Plan(StoreImages command, IReadOnlyList<KeptPicture> pictures, DateTimeOffset now) =>
        [.. pictures.SelectMany((picture, index) => Plan(command, picture, index, now))];

    public static ImagesStored Announce(StoreImages command, IReadOnlyList<ImageRow> rows) =>
        new(command.JobId, command.OwnerId, [.. rows.Select(row => new StoredImage(
            row.ImageId, row.ParentImageId, row.Index, row.MediaType, row.Width, row.Height, row.Bytes, row.Sha256))]);

    public static IEnumerable<ImageRow> Plan(StoreImages command, KeptPicture picture, int index, DateTimeOffset now)
    {
        var file = new ImageRow
        {
            ImageId = Guid.CreateVersion7(now),
            JobId = command.JobId,
            SourceIndex = index,
            OwnerId = command.OwnerId,
            ParentImageId = command.ParentImageId,
            Operation = command.Operation,
            Prompt = command.Prompt,
            Model = command.Model,
            Seed = command.Seed,
            MediaType = picture.Image.MediaType,
            Width = picture.Image.Width,
            Height = picture.Image.Height,
            Bytes = picture.Bytes,
            Sha256 = picture.Hash.ToString(),
            StoredAt = new(now.Ticks - now.Ticks % TimeSpan.TicksPerMicrosecond, now.Offset), // as exactly as Postgres keeps it
        };
        yield return file;

        if (picture.Layout != ImageLayout.Grid)
            yield break;
        foreach (var (part, area) in GridParts.Split(file.Width, file.Height).Index())
        {
            yield return file with
            {
                ImageId = Guid.CreateVersion7(now),
                PartIndex = part + 1,
                ParentImageId = file.ImageId,
                MediaType = PartMediaType,
                Width = area.Width,
                Height = area.Height,
                CropX = area.X,
                CropY = area.Y,
                Bytes = null,
                Sha256 = null,
            };
        }
    }
}
