namespace MjAspire.ImageStore.Checking;

internal static class CheckingFeature
{
    public static WebApplicationBuilder AddChecking(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CheckingOptions>()
            .Bind(builder.Configuration.GetSection("Checking"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<PictureCheck>();
        return builder;
    }
}
