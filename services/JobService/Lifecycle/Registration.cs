using MjAspire.JobService.Batching;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Reconciling;
using MjAspire.JobService.Retaining;
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
        builder.Services.AddSingleton<JobTransitions>().AddSingleton<OwnedJobs>().AddSingleton<JobEvents>().AddSingleton<ImageLinks>();
        builder.Services.AddSingleton<JobCreation>().AddSingleton<Parents>().AddSingleton<JobMetrics>();
        builder.Services.AddOptions<BatchOptions>().BindConfiguration("Batches").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<BatchStore>().AddSingleton<BatchCreation>();
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("Retention").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHostedService<Retention>().AddHostedService<JobGauges>();
        builder.Services.AddSingleton<ProviderReports>().AddSingleton<JobCare>().AddHostedService<Reconciler>();
    }
}
