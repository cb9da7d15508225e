using Microsoft.Extensions.Options;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Copying;
using MjAspire.ImageStore.Storage;
using MjAspire.ImageStore.Verifying;
using Npgsql;

namespace MjAspire.ImageStore.Maintaining;

/// <summary>
/// What the operator runs instead of the service, beside it or while it is down, with the same settings:
/// <c>verify</c> · <c>export {folder}</c> · <c>import {folder}</c>. Exit code 0: all well; 1: damage was found; 64: not understood;
/// 69: database, blobs or settings are not there.
/// </summary>
internal static class Maintenance
{
    private const int NotUnderstood = 64;
    private const int Unavailable = 69;

    public static bool Is(string[] args) => args is ["verify" or "export" or "import", ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var (command, words) = (args[0], args[1..].TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray());
        if (words.Length != (command == "verify" ? 0 : 1))
        {
            await Console.Error.WriteLineAsync("image-store: verify | export {folder} | import {folder}, then settings as --Blobs:Path=…");
            return NotUnderstood;
        }

        try
        {
            return await RunAsync(command, words, args[(1 + words.Length)..]) ? 0 : 1;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            await Console.Error.WriteLineAsync("image-store: the database is empty: the service has never run on it.");
        }
        catch (Exception e) when (e is NpgsqlException or IOException or UnauthorizedAccessException or OptionsValidationException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"image-store: {e.Message}");
        }
        return Unavailable;
    }

    private static async Task<bool> RunAsync(string command, string[] words, string[] settings)
    {
        await using var app = Build(command, settings);
        var blobs = app.Services.GetRequiredService<IBlobs>();
        var drafts = app.Services.GetRequiredService<Drafts>();
        using var stop = new CancellationTokenSource();
        await drafts.StartAsync(stop.Token);
        Console.CancelKeyPress += (_, e) => (e.Cancel, _) = (true, stop.CancelAsync());
        return command switch
        {
            "verify" => await new VerifyBlobs(app.Services.GetRequiredService<BlobsTable>(), blobs).RunAsync(Console.Out, stop.Token),
            "export" => await new CopyBlobs(blobs, CopyBlobs.InFolder(words[0]), DraftsIn(words[0])).RunAsync(Console.Out, stop.Token),
            _ => await new CopyBlobs(CopyBlobs.InFolder(words[0]), blobs, drafts.Create).RunAsync(Console.Out, stop.Token),
        };

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
