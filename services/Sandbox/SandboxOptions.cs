namespace MjAspire.Sandbox;

/// <summary>Section <c>Sandbox</c>.</summary>
internal sealed class SandboxOptions
{
    /// <summary>Milliseconds from submit to SUCCESS; 0 is as fast as it goes, callbacks included.</summary>
    public int DelayMs { get; set; } = 2000;

    /// <summary>Pixels of a picture's longer side, the whole 2x2 grid taken as one picture.</summary>
    public int Size { get; set; } = 1024;

    /// <summary>What <c>mj-api-secret</c> must say; empty lets everyone in.</summary>
    public string ApiSecret { get; set; } = "";

    /// <summary>Where others reach this service, for picture addresses; empty takes the address the task was submitted to.</summary>
    public Uri? PublicUrl { get; set; }
}

internal static class Options
{
    public static void AddSandboxOptions(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<SandboxOptions>()
            .Bind(builder.Configuration.GetSection("Sandbox"))
            .Validate(options => options.DelayMs is >= 0 and <= 600_000, "Sandbox:DelayMs is 0 to 600000 milliseconds.")
            .Validate(options => options.Size is >= 16 and <= 4096, "Sandbox:Size is 16 to 4096 pixels.")
            .ValidateOnStart();
}
