using MjAspire.Sandbox.Faults;

namespace MjAspire.Sandbox;

/// <summary>Section <c>Sandbox</c>.</summary>
internal sealed class SandboxOptions
{
    /// <summary>Milliseconds from submit to SUCCESS; 0 is as fast as it goes, callbacks included.</summary>
    public int DelayMs { get; set; } = 2000;

    /// <summary>Milliseconds after which the fault <c>slow-answer</c> answers a submit.</summary>
    public int SlowMs { get; set; } = 8000;

    /// <summary>Pixels of a picture's longer side, the whole 2x2 grid taken as one picture.</summary>
    public int Size { get; set; } = 1024;

    /// <summary>What <c>mj-api-secret</c> must say; empty lets everyone in.</summary>
    public string ApiSecret { get; set; } = "";

    /// <summary>Where others reach this service, for picture addresses; empty takes the address the task was submitted to.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Which kind of relay this is.</summary>
    public Dialect Dialect { get; set; } = Dialect.Action;

    /// <summary>Four pictures in <c>imageUrls</c> instead of one grid, as some relays of the action dialect give them.</summary>
    public bool FourPictures { get; set; }

    /// <summary>What goes wrong with every task, comma-separated: the names in <see cref="Faults.Fault"/>, each with or without a number.</summary>
    public string Fault { get; set; } = "";

    public string[] Faults => Fault.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

internal enum Dialect
{
    /// <summary>trueai-org/midjourney-proxy: buttons and windows; takes changes by index too.</summary>
    Action,

    /// <summary>novicezk/midjourney-proxy: changes by index only, and shorter tasks.</summary>
    Change,
}

internal static class Options
{
    public static void AddSandboxOptions(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<SandboxOptions>()
            .Bind(builder.Configuration.GetSection("Sandbox"))
            .Validate(options => options.DelayMs is >= 0 and <= 600_000, "Sandbox:DelayMs is 0 to 600000 milliseconds.")
            .Validate(options => options.SlowMs is >= 0 and <= 600_000, "Sandbox:SlowMs is 0 to 600000 milliseconds.")
            .Validate(options => options.Size is >= 16 and <= 4096, "Sandbox:Size is 16 to 4096 pixels.")
            .Validate(options => FaultFlag.TryReadAll(options.Faults, out _, out _), $"Sandbox:Fault names one or more of {string.Join(", ", Faults.Fault.All)}.")
            .Validate(options => !options.FourPictures || options.Dialect == Dialect.Action, "Sandbox:FourPictures needs Sandbox:Dialect=action.")
            .ValidateOnStart();

    public static bool Speaks(this IEndpointRouteBuilder routes, Dialect dialect) =>
        routes.ServiceProvider.GetRequiredService<Microsoft.Extensions.Options.IOptions<SandboxOptions>>().Value.Dialect == dialect;
}
