using Aspire.Hosting.Testing;

namespace Aspire.Hosting.Running;

/// <summary>Aspire's own dashboard, from its command line's npm package, as one more process.</summary>
/// <remarks>
/// The addresses come from the AppHost's launch profile, as in Aspire. Without sign-in, its telemetry can be asked for
/// at <c>{frontend}/api/telemetry/traces</c>, in OTLP's JSON.
/// </remarks>
internal static class Dashboard
{
    public const string Name = "aspire-dashboard";
    public const string FrontendUrl = "ASPNETCORE_URLS";
    public const string OtlpUrl = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string Program = ".mj/tools/node_modules/@microsoft/aspire-cli-linux-x64/bin/aspire";

    public static void AddTo(DistributedApplicationBuilder builder)
    {
        var program = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", Program));
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"There is no dashboard: {program} is missing. eng/setup installs it.");
            builder.Configuration[OtlpUrl] = null;
            return;
        }

        var ports = new Ports(randomize: true);
        var frontend = builder.Configuration[FrontendUrl] ??= $"http://localhost:{(TestRun.Current is null ? 18888 : ports.Free())}";
        var otlp = builder.Configuration[OtlpUrl] ??= $"http://localhost:{(TestRun.Current is null ? 18889 : ports.Free())}";
        builder.AddExecutable(Name, program, ".", "dashboard", "run", "--allow-anonymous", "--nologo", "--non-interactive",
                "--frontend-url", frontend, "--otlp-grpc-url", otlp, "--otlp-http-url", $"http://localhost:{ports.Free()}")
            .WithEnvironment("ASPIRE_CLI_TELEMETRY_OPTOUT", "true")
            .WithHttpEndpoint(new Uri(frontend).Port, isProxied: false)
            .WithEndpoint(new Uri(otlp).Port, scheme: "http", name: "otlp-grpc", isProxied: false)
            .WithHttpHealthCheck("/");
    }
}
