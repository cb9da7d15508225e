namespace MjAspire.AppHost.Running;

/// <summary>
/// Starts each service's program itself. By default Aspire starts <c>dotnet run</c> for each, which stays beside it: sixty megabytes and a second each.
/// The AppHost's own build has built them all, in the configuration it runs in.
/// </summary>
internal static class BuiltPrograms
{
    public static void StartBuiltPrograms(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;

        // …/bin/Debug/net10.0/ of the AppHost, or of the tests that start it
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            var source = project.GetProjectMetadata().ProjectPath;
            var folder = Path.GetDirectoryName(source)!;
            project.Annotations.Add(new ExecutableAnnotation
            {
                Command = Path.Combine(folder, "bin", configuration, framework, Path.GetFileNameWithoutExtension(source)),
                WorkingDirectory = folder,
            });
            builder.CreateResourceBuilder(project).WithEnvironment("DOTNET_TieredPGO", "0"); // starts sooner; what it gains takes a minute of load
        }
    }
}
