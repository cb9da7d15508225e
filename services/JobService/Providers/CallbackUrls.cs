using System.Diagnostics;
using Microsoft.Extensions.Options;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Providers;

/// <summary>Section <c>Webhooks</c>.</summary>
internal sealed class CallbackOptions
{
    /// <summary>The ingress as providers reach it.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Signs callback addresses; the ingress holds the same.</summary>
    public string TokenKey { get; set; } = "";
}

/// <summary>Makes the address a provider is to call for one job. Whoever holds it may report on the job: never log it.</summary>
internal sealed class CallbackUrls(IOptions<CallbackOptions> options, IOptions<JobTimes> times, TimeProvider time)
{
    public Uri For(Job job, string provider)
    {
        var token = CallbackToken.Create(
            options.Value.TokenKey, job.Id, time.GetUtcNow() + times.Value.CallbackLifetime, Activity.Current?.Context ?? default);
        return new Uri(options.Value.PublicUrl!, $"/webhook/{provider}/{token}");
    }
}
