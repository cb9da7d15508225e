using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>Command lines and environment variables, the very ones Aspire injects.</summary>
internal sealed class Variables(IConfiguration configuration)
{
    public async Task<Command> CommandAsync(Resource resource, int replica, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (var argument in resource.Arguments)
            arguments.Add(await ReferenceExpression.ResolveAsync(argument, cancellationToken) ?? "");

        var variables = await EnvironmentAsync(resource, replica, cancellationToken);
        return resource switch
        {
            ProjectResource project => new(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Output(project.ProjectPath), .. arguments],
                Path.GetDirectoryName(project.ProjectPath)!, variables),
            ExecutableResource executable => new(executable.Command, arguments, executable.WorkingDirectory, variables),
            _ => throw new InvalidOperationException($"'{resource.Name}' is not a process."),
        };
    }

    public async Task<IReadOnlyDictionary<string, string?>> EnvironmentAsync(Resource resource, int replica, CancellationToken cancellationToken)
    {
        // null takes away what only the host itself was to know.
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name is "ASPNETCORE_URLS" or "DOTNET_LAUNCH_PROFILE" || name.StartsWith("ASPIRE_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        if (resource is ProjectResource project)
            AddProject(variables, project, replica);
        foreach (var endpoint in resource.Endpoints.Where(endpoint => endpoint.EnvironmentVariable is not null))
            variables[endpoint.EnvironmentVariable!] = endpoint.AllocatedPorts[replica].ToString(CultureInfo.InvariantCulture);

        foreach (var (name, value) in resource.Environment)
        {
            if (value is ServiceReference reference)
                AddService(variables, reference.Target);
            else
                variables[name] = await ReferenceExpression.ResolveAsync(value, cancellationToken);
        }

        return variables;
    }

    private void AddProject(Dictionary<string, string?> variables, ProjectResource project, int replica)
    {
        foreach (var (name, value) in project.LaunchProfile.Variables)
            variables[name] = value;
        variables["DOTNET_LAUNCH_PROFILE"] = project.LaunchProfile.Name;
        variables["ASPNETCORE_URLS"] = string.Join(';', project.Endpoints.Select(endpoint =>
            $"{endpoint.UriScheme}://localhost:{endpoint.AllocatedPorts[replica]}"));
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";

        if (configuration[Dashboard.OtlpUrl] is not { } otlp)
            return;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        variables["OTEL_SERVICE_NAME"] = project.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={project.Name}-{replica}";
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }

    private static void AddService(Dictionary<string, string?> variables, Resource target)
    {
        foreach (var endpoint in target.Endpoints)
        {
            var urls = new EndpointReference(target, endpoint.Name).Urls.ToList();
            for (var i = 0; i < urls.Count; i++)
                variables[$"services__{target.Name}__{endpoint.Name}__{i}"] = urls[i];
            variables[$"{target.Name.Replace('-', '_')}_{endpoint.Name}".ToUpperInvariant()] = urls[0];
        }
    }

    /// <summary>The project's build output, of the configuration and framework the AppHost itself was built for.</summary>
    private static string Output(string projectPath)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var output = Path.Combine(Path.GetDirectoryName(projectPath)!, "bin", framework.Parent!.Name, framework.Name,
            $"{Path.GetFileNameWithoutExtension(projectPath)}.dll");
        return File.Exists(output) ? output : throw new FileNotFoundException($"'{output}' is not built.", output);
    }
}
