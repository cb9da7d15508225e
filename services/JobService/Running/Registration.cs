using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Running;

/// <summary>What taking a job to its provider needs.</summary>
internal static class Registration
{
    public static void AddRunning(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<ImageInputs>().AddTransient<PictureKeeping>();
        builder.Services.AddSingleton<Recording>().AddSingleton<SubmitSpans>();
        builder.Services.AddInternalClient<StoredImagesClient>("image-store")
            .ConfigureHttpClient(http => http.MaxResponseContentBufferSize = ImageInputs.LargestImage);
        builder.Services.AddGuardedHttpClient(ImageInputs.ClientName, http => http.MaxResponseContentBufferSize = ImageInputs.LargestImage);
    }
}
