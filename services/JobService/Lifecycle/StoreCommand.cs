using MjAspire.Contracts.Images;
using MjAspire.JobService.Creating;

namespace MjAspire.JobService.Lifecycle;

/// <summary>The command that has a drawn job's pictures stored; sent again it does no harm.</summary>
internal static class StoreCommand
{
    public static StoreImages For(Job job)
    {
        var request = ImageRequest.Parse(job.InputData);
        return new()
        {
            JobId = job.Id,
            OwnerId = job.OwnerId,
            Operation = job.Operation,
            Prompt = request.Prompt,
            Model = request.Model,
            Seed = job.Seed,
            Sources = job.Sources,
        };
    }
}
