namespace Aspire.Hosting.Tests;

/// <summary>A folder of a test's own.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mjaspire-hosting-").FullName;

    /// <summary>The argument that makes an AppHost write everything here.</summary>
    public string StateArgument => $"--State:Directory={Path}";

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>An application on random ports, without dashboard, in this folder.</summary>
    public IDistributedApplicationBuilder CreateBuilder(params string[] args) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = [StateArgument, "--DcpPublisher:RandomizePorts=true", .. args],
        DisableDashboard = true,
    });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
