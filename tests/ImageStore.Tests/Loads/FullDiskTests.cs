using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Blobs;
using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Loads;

/// <summary>On a file system of 12 MB of its own, which only root can make.</summary>
public sealed class FullDiskTests(Servers servers) : IAsyncLifetime
{
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("mjaspire-disk-");
    private ImageStoreHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Blobs => Path.Combine(_disk.FullName, "blobs");

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_gives_retries_and_no_partial_file()
    {
        // 20 MB of pictures for 12 MB of disk.
        var commands = Enumerable.Range(0, 20).Select(seed => _host.CommandFor(Pictures.Png(577, 577, 600 + seed))).ToArray();
        foreach (var command in commands)
            await _host.SendAsync(command);
        await Eventually.TrueAsync(
            async () =>
            {
                using var upload = await _host.UploadAsync(Guid.CreateVersion7(), Guid.CreateVersion7(), new ByteArrayContent(Pictures.Png(900, 900, 650)));
                if (upload.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return false;
                Assert.Equal("E_STORAGE_UNAVAILABLE", await ImageStoreHost.CodeOf(upload));
                Assert.NotNull(upload.Headers.RetryAfter);
                return true;
            },
            "the disk to be full");
        await AllBlobsAreWholeAsync();

        await RunAsync("mount", "-o", "remount,size=60m", _disk.FullName);
        foreach (var command in commands)
        {
            var stored = Assert.IsType<ImagesStored>((await _host.HearAsync(command.JobId, patience: TimeSpan.FromMinutes(3)))[0]);
            using var content = await _host.CallAsync(command.OwnerId, $"/images/{stored.Images[0].ImageId}/content");
            Assert.Equal(stored.Images[0].Sha256, Convert.ToHexStringLower(SHA256.HashData(await content.Content.ReadAsByteArrayAsync(Cancelled))));
        }
        await AllBlobsAreWholeAsync();
        Assert.Empty(Directory.GetFiles(Path.Combine(Blobs, ".drafts")));
    }

    public async ValueTask InitializeAsync()
    {
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=12m", "none", _disk.FullName);
        _host = new ImageStoreHost(servers, Blobs);
        await _host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        await RunAsync("umount", _disk.FullName);
        _disk.Delete();
    }

    private async Task AllBlobsAreWholeAsync()
    {
        foreach (var file in Directory.GetFiles(Blobs, "*", SearchOption.AllDirectories).Where(file => !file.Contains(".drafts", StringComparison.Ordinal)))
        {
            await using var bytes = File.OpenRead(file);
            Assert.Equal(Path.GetFileName(file), (await ContentHash.OfAsync(bytes, Cancelled)).ToString());
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var complaint = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} (this test runs as root): {complaint}");
    }
}
