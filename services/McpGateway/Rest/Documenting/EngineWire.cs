using System.ComponentModel;

namespace MjAspire.McpGateway.Rest.Documenting;

// What JobService reads and writes under /api/engines, for the API document.

internal sealed record EngineList(IReadOnlyList<Engine> Engines);

internal sealed record Engine(string Name, IReadOnlyList<string> Models, IReadOnlyList<EngineAccount> Accounts);

internal sealed record EngineAccount(
    string Engine, string Name,
    [property: Description("Its name in jobs, metrics and callback addresses.")] string Provider,
    IReadOnlyList<string> Models,
    [property: Description("Its share of the jobs, beside the other accounts'.")] int Weight,
    [property: Description("Most tasks at once; 0: no limit.")] int Concurrency,
    EngineKeySource Key,
    [property: Description("Not null: its quota is used up or its key not accepted, and other accounts take its jobs.")] DateTimeOffset? RestingUntil);

/// <summary>Where an account's key comes from; never the key.</summary>
internal sealed record EngineKeySource(
    [property: Description("stored, configured, none, or unreadable: stored, and the key ring that closed it is gone.")] string Source,
    [property: Description("The owner of the API key it was stored with.")] Guid? SetBy, DateTimeOffset? SetAt);

/// <summary>The body of <c>PUT /api/engines/{engine}/accounts/{name}/key</c>.</summary>
internal sealed record EngineKey
{
    [Description("1 to 4,096 visible ASCII characters. It is never shown again.")]
    public required string Key { get; init; }
}

internal sealed record EngineTested([property: Description("Null when all is well.")] string? Code, string Detail);
