using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;

namespace MjAspire.AppHost.Running;

/// <summary>
/// Holds the folder for what is written at run time, <c>.mj</c>, for one AppHost alone, by a lock on <c>.mj/apphost.lock</c> that ends with the
/// process. Two on the same data would destroy it.
/// </summary>
internal sealed class OneRun : IDisposable
{
    private static readonly string[] DashboardAddresses = ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    private readonly FileStream? _lock;

    private OneRun(FileStream? held) => _lock = held;

    /// <summary>Before anything is started: what is wrong is said in a sentence, rather than minutes later by what does not come up.</summary>
    /// <returns>Null, and why, when another AppHost is running here or somebody has one of the ports.</returns>
    public static OneRun? TryBegin(IDistributedApplicationBuilder builder, out string why)
    {
        why = "";
        if (builder.ExecutionContext.IsPublishMode)
            return new(null);

        if (Lock(builder.StatePath("apphost.lock")) is not { } held)
        {
            why = $"It is running already: {builder.StatePath("run.json")} says where, make down ends it.";
            return null;
        }
        if (TakenPorts(builder) is { Count: > 0 } taken)
        {
            held.Dispose();
            why = $"In use by another program: {string.Join(", ", taken)}. End it, or have other ports chosen: DcpPublisher__RandomizePorts=true.";
            return null;
        }
        return new(held);
    }

    public void Dispose() => _lock?.Dispose();

    private static FileStream? Lock(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Those that are fixed, and somebody listens on: <c>port 8080 (mcp-gateway)</c>.</summary>
    private static List<string> TakenPorts(IDistributedApplicationBuilder builder)
    {
        var inUse = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        var services = builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts")
            ? []
            : from resource in builder.Resources
              from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
              where endpoint.Port is not null
              select (Port: endpoint.Port!.Value, Of: resource.Name);
        var dashboard =
            from setting in DashboardAddresses
            from address in (builder.Configuration[setting] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            select (new Uri(address).Port, Of: "dashboard");
        return [.. services.Concat(dashboard).Where(one => one.Port != 0 && inUse.Contains(one.Port)).Select(one => $"port {one.Port} ({one.Of})").Distinct()];
    }
}
