using MassTransit;
using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Checking;
using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Storing;

/// <summary>
/// Keeps a job's pictures and says so, or says why not; either before the command is acknowledged.
/// A command that comes again finds its rows and says the same again, without fetching anything.
/// </summary>
internal sealed class StoreImagesConsumer(ImagesTable images, PictureKeeper keeper, TimeProvider time) : IConsumer<StoreImages>
{
    /// <summary>More than any provider makes in one job.</summary>
    private const int MostSources = 16;

    public async Task Consume(ConsumeContext<StoreImages> context)
    {
        var (command, cancellationToken) = (context.Message, context.CancellationToken);
        var rows = await images.OfJobAsync(command.JobId, cancellationToken);
        if (rows.Count == 0)
        {
            var (kept, refused) = await KeepAllAsync(command.Sources, cancellationToken);
            if (refused is not null)
            {
                await context.Publish(new ImagesFailed(command.JobId, command.OwnerId, refused.Code, refused.Reason), cancellationToken);
                return;
            }
            rows = await images.AddAsync(command.JobId, JobPictures.Plan(command, kept, time.GetUtcNow()), cancellationToken);
        }
        await context.Publish(JobPictures.Announce(command, rows), cancellationToken);
    }

    /// <summary>All or none: a job of four pictures is not done with three.</summary>
    private async Task<(IReadOnlyList<KeptPicture> Kept, Refusal? Refused)> KeepAllAsync(
        IReadOnlyList<ImageSource> sources, CancellationToken cancellationToken)
    {
        if (sources.Count is 0 or > MostSources)
            return ([], new(ImageErrors.Invalid, $"A job has 1 to {MostSources} pictures; this one has {sources.Count}."));

        var pictures = new List<KeptPicture>(sources.Count);
        foreach (var source in sources)
        {
            var (kept, refused) = await keeper.KeepAsync(source, cancellationToken);
            if (kept is null)
                return ([], refused);
            pictures.Add(kept);
        }
        return (pictures, null);
    }
}
