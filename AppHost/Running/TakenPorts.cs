using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;

namespace MjAspire.AppHost.Running;

/// <summary>Asked before anything is started: a taken port is said in a sentence, rather than minutes later by what does not come up.</summary>
internal static class TakenPorts
{
    private static readonly string[] DashboardAddresses = ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <returns>The fixed ports that another program listens on: <c>port 8080 (mcp-gateway)</c>.</returns>
    public static IReadOnlyList<string> Find(IDistributedApplicationBuilder builder)
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
