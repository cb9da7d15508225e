using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Where a project referenced by the AppHost is; the generated classes in the namespace Projects.</summary>
public interface IProjectMetadata
{
    /// <summary>The path of its project file.</summary>
    string ProjectPath { get; }
}

/// <summary>The Add... methods.</summary>
public static class ResourceAddingExtensions
{
    /// <summary>Adds a program of ours; its launch profile gives its environment and its endpoints.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var path = new TProject().ProjectPath;
        var profile = LaunchProfile.Of(path);
        var project = builder.AddResource(new ProjectResource(name, path, profile));
        foreach (var url in profile.Urls)
            project.WithEndpoint(url.Port, scheme: url.Scheme, name: url.Scheme);
        return project;
    }

    /// <summary>Adds a program that is there already.</summary>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        var executable = new ExecutableResource(name, command, Path.GetFullPath(Path.Combine(builder.AppHostDirectory, workingDirectory)));
        executable.Arguments.AddRange(args ?? []);
        return builder.AddResource(executable);
    }

    /// <summary>Adds a connection string made of other resources' values.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));

    /// <summary>Adds a connection string from the configuration.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        var value = builder.Configuration.GetConnectionString(name)
            ?? throw new DistributedApplicationException($"The connection string '{name}' is not set: ConnectionStrings__{name}.");
        return builder.AddConnectionString(name, ReferenceExpression.Create($"{value}"));
    }

    /// <summary>Adds a setting from outside.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddParameter(name, secret, () => throw new DistributedApplicationException($"The parameter '{name}' is not set: Parameters__{name}."));

    /// <summary>Adds a setting with a given value.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, secret, () => value);

    /// <summary>Adds a setting with a generated value, which stays the same from run to run when persisted.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        var kept = ((DistributedApplicationBuilder)builder).GeneratedParameters;
        return builder.AddParameter(name, secret, () => persist
            ? kept.GetOrAdd(name, value.GetDefaultValue)
            : value.GetDefaultValue());
    }

    /// <summary>To go on describing the part of this name: how a test gives a service settings of its own.</summary>
    public static IResourceBuilder<T> CreateResourceBuilder<T>(this IDistributedApplicationBuilder builder, string name) where T : IResource =>
        builder.Resources.FirstOrDefault(resource => resource.Name == name) is T found
            ? builder.CreateResourceBuilder(found)
            : throw new InvalidOperationException($"There is no {typeof(T).Name} '{name}'.");

    private static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret, Func<string> otherwise) =>
        builder.AddResource(new ParameterResource(name, secret, () => builder.Configuration[$"Parameters:{name}"] ?? otherwise()));
}
