using MjAspire.Sandbox;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

/// <summary>The sandbox in process, as every engine's other end.</summary>
internal sealed class SandboxUnderTest : IAsyncDisposable
{
    private readonly RunningService _service;

    private SandboxUnderTest(RunningService service) => _service = service;

    public string Address => _service.Address.AbsoluteUri;

    public static async Task<SandboxUnderTest> StartAsync(string secret = "") =>
        new(await RunningService.StartAsync<SandboxOptions>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Internal:Key"] = "a key for the tests only",
            ["Sandbox:DelayMs"] = "0",
            ["Sandbox:Size"] = "64",
            ["Sandbox:ApiSecret"] = secret,
        }));


    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
