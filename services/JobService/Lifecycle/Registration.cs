using MjAspire.JobService.Creating;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Reconciling;
using MjAspire.JobService.Storage;

namespace MjAspire.JobService.Lifecycle;

/// <summary>What the use cases share.</summary>
internal static class Registration
{
    public static void AddJobs(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<JobTimes>().BindConfiguration("Jobs").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<ImageLinkOptions>().BindConfiguration("Images")
            .Validate(options => options is { PublicUrl: not null, LinkKey.Length: >= 16 }, "Images:PublicUrl and Images:LinkKey must be set.")
            .ValidateOnStart();
        builder.Services.AddSingleton<JobStore>().AddSingleton<SubmitAttempts>().AddSingleton<DueJobs>();
        builder.Services.AddSingleton<JobTransitions>().AddSingleton<OwnedJobs>().AddSingleton<JobCreation>().AddSingleton<Parents>().AddSingleton<JobEvents>().AddSingleton<ImageLinks>().AddSingleton<JobMetrics>();
        builder.Services.AddSingleton<JobCare>().AddHostedService<Reconciler>();
    }
}
