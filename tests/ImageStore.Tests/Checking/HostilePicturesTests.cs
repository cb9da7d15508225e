using MjAspire.Contracts.Images;
using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Checking;

/// <summary>The service runs as a process of its own: what it survives, and how much memory it takes, is its own.</summary>
public sealed class HostilePicturesTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private const long MostMemory = 250 * 1024 * 1024;

    [Fact]
    public async Task Hostile_pictures_are_refused_and_the_service_stays_up_and_small()
    {
        var corpus = await HostileCorpus.MakeAsync();
        await host.StopServiceAsync();
        using var service = host.StartProcess("--Checking:MaxBytes=60000000");
        try
        {
            var commands = Enumerable.Repeat(corpus, LongForm.IsOn ? 10 : 2).SelectMany(pictures => pictures)
                .Select(picture => (Name: picture.Key, Command: host.CommandFor(picture.Value))).ToArray();
            foreach (var (_, command) in commands)
                await host.SendAsync(command);
            var good = host.CommandFor(Pictures.Png(300, 200, seed: 71));
            await host.SendAsync(good);

            var kept = new List<string>();
            foreach (var (name, command) in commands)
            {
                if ((await host.HearAsync(command.JobId))[0] is not ImagesFailed { Code: "E_IMAGE_INVALID" or "E_IMAGE_TOO_LARGE" })
                    kept.Add(name);
            }
            Assert.Empty(kept);
            var stored = Assert.IsType<ImagesStored>((await host.HearAsync(good.JobId))[0]);
            await Eventually.TrueAsync(() => host.Files().Length == 1, "drafts to be gone");
            Assert.Equal(stored.Images[0].Sha256, Path.GetFileName(Assert.Single(host.Files())));
            Assert.False(service.HasExited);
            Assert.InRange(PeakMemory(service.Id), 1, MostMemory);
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>VmHWM:   123456 kB</summary>
    private static long PeakMemory(int pid)
    {
        var peak = File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var bytes = long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        TestContext.Current.SendDiagnosticMessage("The service's memory was {0:N0} bytes at most.", bytes);
        return bytes;
    }
}
