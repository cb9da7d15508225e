using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Aspire.Hosting;

/// <summary>Where the application is described.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>The AppHost's own settings: command line, environment, user secrets.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>The folder of the AppHost's project.</summary>
    string AppHostDirectory { get; }

    /// <summary>The environment the AppHost runs in.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>The AppHost's own services.</summary>
    IServiceCollection Services { get; }

    /// <summary>Whether the application is to be run or published; here, always run.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>All parts so far.</summary>
    IReadOnlyList<IResource> Resources { get; }

    /// <summary>Adds a part.</summary>
    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    /// <summary>To go on describing a part that is there.</summary>
    IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;

    /// <summary>Ends the description.</summary>
    DistributedApplication Build();
}

/// <summary>Where one part of the application is described.</summary>
public interface IResourceBuilder<out T> where T : IResource
{
    /// <summary>The application it is a part of.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The part.</summary>
    T Resource { get; }
}

/// <summary>How the builder is made.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>Whether to go without the dashboard; tests do unless they say otherwise.</summary>
    public bool DisableDashboard { get; set; }
}

/// <summary>What the AppHost was started for.</summary>
public sealed class DistributedApplicationExecutionContext
{
    /// <summary>To run the application.</summary>
    public bool IsRunMode => true;

    /// <summary>To write its deployment; that takes Aspire's own packages.</summary>
    public bool IsPublishMode => false;
}

/// <summary>The application is described, or set up, in a way that cannot work.</summary>
public sealed class DistributedApplicationException(string message) : Exception(message);

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var testing = TestRun.Current;
        var settings = new HostApplicationBuilderSettings { Args = options.Args, EnvironmentName = Environments.Development };
        testing?.Configure(options, settings);
        if (settings.Args?.Any(arg => arg is "--publisher" or "--operation") == true)
            throw new DistributedApplicationException("Publishing takes Aspire's packages: build with -p:AppHostEngine=aspire.");

        var appHost = testing?.AppHost ?? Assembly.GetEntryAssembly()!;
        AppHostDirectory = appHost.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => metadata.Key == "AppHostProjectPath")?.Value ?? Directory.GetCurrentDirectory();
        settings.ContentRootPath = AppHostDirectory;

        _host = Host.CreateApplicationBuilder(settings);
        State = new(Configuration["State:Directory"] is { } directory
            ? Path.GetFullPath(directory)
            : Path.GetFullPath(Path.Combine(AppHostDirectory, "..", ".mj")));

        GeneratedParameters = new(State.File("parameters.json"));

        Services.AddHttpClient();
        Services.AddHealthChecks();
        Services.AddSingleton(TimeProvider.System).AddSingleton(State).AddSingleton(Model);
        Services.AddSingleton<ResourceNotificationService>().AddSingleton<Watchdog>().AddSingleton<ResourceLogs>().AddSingleton<Variables>();
        Services.AddSingleton<Runner>().AddHostedService(services => services.GetRequiredService<Runner>());
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(45));
        Services.AddSingleton(new RunnerOptions(Configuration["DcpPublisher:RandomizePorts"] == "true", IsTest: testing is not null));
        _host.Logging.AddConsole(console => console.FormatterName = HostConsole.Format).AddConsoleFormatter<HostConsole, ConsoleFormatterOptions>()
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter("System.Net.Http", LogLevel.Warning);

        if (options.DisableDashboard)
            Configuration[Dashboard.OtlpUrl] = null;
        else
            Dashboard.AddTo(this);
    }

    public StateDirectory State { get; }

    public ParameterStore GeneratedParameters { get; }

    public DistributedApplicationModel Model { get; } = new();

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IReadOnlyList<IResource> Resources => Model.Resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Model.Find(resource.Name) is not null)
            throw new DistributedApplicationException($"There are two resources '{resource.Name}'.");
        Model.Add((Resource)(object)resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new Part<T>(this, resource);

    public DistributedApplication Build()
    {
        var testing = TestRun.Current;
        testing?.WaitUntilConfigured(this);
        var application = new DistributedApplication(_host.Build(), testing);
        testing?.OnBuilt(application);
        return application;
    }

    private sealed record Part<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T> where T : IResource;
}

/// <summary>All parts of the application.</summary>
public sealed class DistributedApplicationModel
{
    private readonly List<Resource> _resources = [];

    /// <summary>In the order of the description.</summary>
    public IReadOnlyList<IResource> Resources => _resources;

    internal IReadOnlyList<Resource> All => _resources;

    internal void Add(Resource resource) => _resources.Add(resource);

    internal Resource? Find(string name) => _resources.Find(resource => resource.Name == name);
}

/// <summary>The folder for everything written at run time.</summary>
internal sealed record StateDirectory(string Path)
{
    public string File(params string[] parts)
    {
        var file = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        return file;
    }
}
