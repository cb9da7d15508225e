using Microsoft.Extensions.Configuration;

namespace MjAspire.AppHost;

/// <summary>The engines beside Midjourney: as configured, else, in development, the sandbox, which speaks like them as well.</summary>
internal static class Engines
{
    /// <summary>
    /// <c>WorkersAi:AccountId</c> and <c>WorkersAi:ApiToken</c>; <c>OpenAi:BaseUrl</c>, <c>OpenAi:ApiKey</c> and <c>OpenAi:Models</c>.
    /// Every setting of the two sections reaches the service; its own options say which there are.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithEngines(this IResourceBuilder<ProjectResource> service, Midjourney midjourney)
    {
        var configuration = service.ApplicationBuilder.Configuration;
        foreach (var section in new[] { "WorkersAi", "OpenAi", "Models" })
        {
            foreach (var (key, value) in configuration.GetSection(section).AsEnumerable().Where(setting => setting.Value is not null))
                service.WithEnvironment(key.Replace(":", "__"), value);
        }
        if (midjourney.Sandbox is null)
            return service;

        if (configuration["WorkersAi:AccountId"] is null)
        {
            service
                .WithEnvironment("WorkersAi__BaseUrl", midjourney.Sandbox.GetEndpoint("http"))
                .WithEnvironment("WorkersAi__AccountId", "sandbox")
                .WithEnvironment("WORKERS_AI_API_TOKEN", midjourney.ApiKey);
        }
        if (configuration["OpenAi:BaseUrl"] is null)
        {
            service
                .WithEnvironment("OpenAi__BaseUrl", midjourney.Sandbox.GetEndpoint("http"))
                .WithEnvironment("OpenAi__Models", "gpt-image-1,sandbox-links")
                .WithEnvironment("OPENAI_API_KEY", midjourney.ApiKey);
        }
        return service;
    }
}
