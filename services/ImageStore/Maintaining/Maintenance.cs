using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Copying;
using MjAspire.ImageStore.Storage;
using MjAspire.ImageStore.Verifying;

namespace MjAspire.ImageStore.Maintaining;

/// <summary>
/// What the operator runs instead of the service, beside it or while it is down, with the same settings:
/// <c>verify</c> · <c>export {folder}</c> · <c>import {folder}</c>. Exit code 0: all well; 1: damage was found; 64: not understood.
/// </summary>
internal static class Maintenance
{
    private const int NotUnderstood = 64;

    public static bool Is(string[] args) => args is ["verify" or "export" or "import", ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var (command, words) = (args[0], args[1..].TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray());
        if (words.Length != (command == "verify" ? 0 : 1))
        {
            await Console.Error.WriteLineAsync("image-store: verify | export {folder} | import {folder}, then settings as --Blobs:Path=…");
            return NotUnderstood;
        }

        await using var app = Build(command, args[(1 + words.Length)..]);
        var blobs = app.Services.GetRequiredService<IBlobs>();
        var drafts = app.Services.GetRequiredService<Drafts>();
        using var stop = new CancellationTokenSource();
        await drafts.StartAsync(stop.Token);
        Console.CancelKeyPress += (_, e) => (e.Cancel, _) = (true, stop.CancelAsync());
        var isWell = command switch
        {
            "verify" => await new VerifyBlobs(app.Services.GetRequiredService<BlobsTable>(), blobs).RunAsync(Console.Out, stop.Token),
            "export" => await new CopyBlobs(blobs, CopyBlobs.InFolder(words[0]), DraftsIn(words[0])).RunAsync(Console.Out, stop.Token),
            _ => await new CopyBlobs(CopyBlobs.InFolder(words[0]), blobs, drafts.Create).RunAsync(Console.Out, stop.Token),
        };
        return isWell ? 0 : 1;

        Func<Draft> DraftsIn(string folder)
        {
            var incomplete = Directory.CreateDirectory(Path.Combine(folder, ".drafts"));
            return () => new Draft(Path.Combine(incomplete.FullName, Guid.CreateVersion7().ToString("N")));
        }
    }

    /// <summary>The service's parts without the service: nothing is started, nothing listens.</summary>
    private static WebApplication Build(string command, string[] settings)
    {
        var builder = WebApplication.CreateBuilder(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddBlobs();
        builder.Services.AddHttpClient();
        if (command == "verify")
            builder.AddStorage();
        return builder.Build();
    }
}
