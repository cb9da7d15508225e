using System.Net;
using System.Security.Cryptography;
using MjAspire.Contracts.Images;
using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Loads;

public sealed class ManyPicturesTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    /// <summary>577 x 577 pixels of noise are a megabyte.</summary>
    private const int Side = 577;

    private static readonly int Count = LongForm.IsOn ? 1_000 : 100;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_of_a_megabyte_are_stored_and_read_at_once_and_none_is_mixed_up()
    {
        var jobs = new (StoreImages Command, string Sha256)[Count];
        var made = new byte[LongForm.IsOn ? 50 : 25][];
        for (var seed = 0; seed < made.Length; seed++)
            made[seed] = Pictures.Png(Side, Side, 500 + seed);
        for (var i = 0; i < Count; i++)
        {
            // Each a picture of its own: a text chunk with its number makes the bytes differ.
            var picture = made[i % made.Length];
            byte[] own = [.. picture[..33], .. Pictures.Chunk("tEXt"u8, System.Text.Encoding.ASCII.GetBytes($"Comment\0{i}")), .. picture[33..]];
            jobs[i] = (host.CommandFor(own), Convert.ToHexStringLower(SHA256.HashData(own)));
        }

        // Each is read as soon as it is stored, while others are still being stored.
        await Task.WhenAll(jobs.Select(job => host.SendAsync(job.Command)));
        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancelled }, async (job, _) =>
        {
            var stored = Assert.IsType<ImagesStored>((await host.HearAsync(job.Command.JobId, patience: TimeSpan.FromMinutes(5)))[0]);
            Assert.Equal(job.Sha256, stored.Images[0].Sha256);
            using var response = await host.CallAsync(job.Command.OwnerId, $"/images/{stored.Images[0].ImageId}/content");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(job.Sha256, Convert.ToHexStringLower(SHA256.HashData(await response.Content.ReadAsByteArrayAsync(Cancelled))));
        });

        Assert.Equal(jobs.Select(job => job.Sha256).Order(StringComparer.Ordinal), host.Files().Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
