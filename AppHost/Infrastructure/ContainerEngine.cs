using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace MjAspire.AppHost.Infrastructure;

/// <summary>Docker or Podman: whether one of them answers. A client on PATH says nothing about that; its engine may not run, so the engine is asked.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The engine that answers: that of <c>ASPIRE_CONTAINER_RUNTIME</c> only, if it is set. Null when none does within 5 s.</summary>
    public static string? Find(IConfiguration configuration)
    {
        string[] candidates = configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } chosen ? [chosen] : ["docker", "podman"];
        return candidates.FirstOrDefault(Answers);
    }

    private static bool Answers(string engine)
    {
        try
        {
            using var client = Process.Start(new ProcessStartInfo(engine, ["container", "ls", "--last", "1"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            client.OutputDataReceived += static (_, _) => { };
            client.ErrorDataReceived += static (_, _) => { };
            client.BeginOutputReadLine();
            client.BeginErrorReadLine();
            if (client.WaitForExit(Patience))
                return client.ExitCode == 0;

            client.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }
}
