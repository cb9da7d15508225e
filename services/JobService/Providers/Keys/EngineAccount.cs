namespace MjAspire.JobService.Providers.Keys;

/// <summary>An account we have with an engine.</summary>
/// <param name="Engine"><c>openai</c></param>
/// <param name="Name">Among the engine's: <c>default</c> for its section itself, else as under <c>Accounts</c>.</param>
/// <param name="Provider">Among all: <c>openai</c>, <c>openai-second</c>, as in callback addresses.</param>
internal sealed record EngineAccount(string Engine, string Name, string Provider, EngineOptions Options)
{
    /// <summary>The account that is the engine's section itself.</summary>
    public const string Default = "default";
}
