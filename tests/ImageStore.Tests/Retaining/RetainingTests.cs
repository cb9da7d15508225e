using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MjAspire.Contracts.Images;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Retaining;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.ImageStore.Tests.Retaining;

public sealed class RetainingTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private readonly Guid _owner = Guid.CreateVersion7();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_beyond_their_age_go_and_their_bytes_after_the_grace()
    {
        var (old, young) = (await StoreAsync(61, ImageLayout.Grid), await StoreAsync(62));
        await host.ExecuteAsync($"update images set stored_at = stored_at - interval '30 days' where job_id = '{old.JobId}'");
        using var part = await host.CallAsync(_owner, $"/images/{old.Images[1].ImageId}/content?w=16");
        await using var service = await ReplicaAsync(("Retaining:MaxAge", "29.00:00:00"), ("Retaining:Grace", "01:00:00"));

        await RoundAsync(service);

        Assert.Equal([young.Images[0].ImageId], await IdsAsync());
        Assert.True(HasBlob(old.Images[0].Sha256!)); // someone may be taking a backup
        await host.ExecuteAsync("update blobs set touched_at = touched_at - interval '2 hours'");
        await RoundAsync(service);
        Assert.False(HasBlob(old.Images[0].Sha256!));
        Assert.False(HasBlob(Hash(part)));
        Assert.True(HasBlob(young.Images[0].Sha256!));
    }

    [Theory]
    [InlineData("Retaining:MaxCount", "3")]
    [InlineData("Retaining:MaxBytes", "3000")] // three of about 900 each
    public async Task An_owner_keeps_the_newest_up_to_the_limit(string limit, string value)
    {
        var stored = new List<Guid>();
        for (var i = 0; i < 8; i++)
            stored.Add((await StoreAsync(100 + i, size: 17)).Images[0].ImageId);
        var other = Guid.CreateVersion7();
        await host.StoreAsync(host.CommandFor(Pictures.Png(17, 17)) with { OwnerId = other });
        await using var service = await ReplicaAsync((limit, value), ("Retaining:Batch", "2"));

        await RoundAsync(service);
        await RoundAsync(service);

        stored.Reverse();
        Assert.Equal(stored.Take(3), await IdsAsync());
        Assert.Single((await host.AskAsync(other, "/images")).GetProperty("images").EnumerateArray());
    }

    [Fact]
    public async Task The_newest_stays_whatever_its_size()
    {
        var image = (await StoreAsync(63, size: 60)).Images[0].ImageId;
        await using var service = await ReplicaAsync(("Retaining:MaxBytes", "10"));

        await RoundAsync(service);

        Assert.Equal([image], await IdsAsync());
    }

    [Fact]
    public async Task A_blob_two_pictures_refer_to_goes_with_the_second()
    {
        var (one, two) = (await StoreAsync(64), await StoreAsync(64));
        await using var service = await ReplicaAsync(("Retaining:Grace", "00:00:00"));

        await DeleteAsync(one);
        await RoundAsync(service);
        Assert.True(HasBlob(one.Images[0].Sha256!));
        await DeleteAsync(two);
        await RoundAsync(service);

        Assert.False(HasBlob(one.Images[0].Sha256!));
    }

    [Fact]
    public async Task Variants_go_when_they_are_old_and_are_made_again()
    {
        var image = (await StoreAsync(65, size: 50)).Images[0];
        using var first = await host.CallAsync(_owner, $"/images/{image.ImageId}/content?w=16");
        await host.ExecuteAsync("update variants set made_at = made_at - interval '31 days'");
        await host.ExecuteAsync("update blobs set touched_at = touched_at - interval '31 days'");
        await using var service = await ReplicaAsync();

        await RoundAsync(service);

        Assert.False(HasBlob(Hash(first)));
        using var again = await host.CallAsync(_owner, $"/images/{image.ImageId}/content?w=16");
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_stray_blob_is_given_a_row_and_goes_after_the_grace()
    {
        var blobs = host.Part<IBlobs>();
        await using var draft = host.Part<Drafts>().Create();
        await draft.TryFillAsync(new MemoryStream(Guid.CreateVersion7().ToByteArray()), 100, Cancelled);
        await blobs.PutAsync(draft, Cancelled);
        await using var service = await ReplicaAsync(("Retaining:Grace", "01:00:00"));

        await RoundAsync(service);
        Assert.True(HasBlob(draft.Hash.ToString()));
        await host.ExecuteAsync("update blobs set touched_at = touched_at - interval '2 hours'");
        await RoundAsync(service);

        Assert.False(HasBlob(draft.Hash.ToString()));
    }

    [Fact]
    public async Task The_sweep_without_any_grace_does_not_race_those_who_store()
    {
        // The same few pictures are stored and deleted over and over while a sweep that waits for nothing runs beside it.
        const int Pictures = 5;
        await using var service = await ReplicaAsync(("Retaining:Grace", "-00:01:00"));
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                    await service.Services.GetRequiredService<BlobSweep>().RemoveOrphansAsync(CancellationToken.None);
            },
            Cancelled);

        await Parallel.ForEachAsync(Enumerable.Range(0, 120), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancelled }, async (i, _) =>
        {
            // A store whose row the sweep took away before it could be referred to is told so, and tries again.
            using var uploaded = await UploadAsync(i);
            Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
            var path = uploaded.Headers.Location!.OriginalString;
            using var content = await host.CallAsync(_owner, $"{path}/content");
            Assert.Equal(HttpStatusCode.OK, content.StatusCode);
            using var deleted = await host.CallAsync(new HttpRequestMessage(HttpMethod.Delete, path), _owner);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        });
        await stop.CancelAsync();
        await sweeping;

        async Task<HttpResponseMessage> UploadAsync(int i)
        {
            var job = Guid.CreateVersion7();
            HttpResponseMessage? answer = null;
            await Eventually.TrueAsync(
                async () =>
                {
                    answer = await host.UploadAsync(_owner, job, new ByteArrayContent(Tests.Pictures.Png(30, 30, 200 + (i % Pictures))));
                    return answer.IsSuccessStatusCode;
                },
                () => $"the upload to be taken; it was answered {answer?.StatusCode}");
            return answer!;
        }
    }

    [Fact]
    public async Task One_replica_at_a_time_cleans_up()
    {
        await using var database = NpgsqlDataSource.Create(host.Settings["ConnectionStrings:images"]!);
        await using var connection = await database.OpenConnectionAsync(Cancelled);
        await using var command = new NpgsqlCommand("select pg_advisory_lock(5578361684149496167)", connection);
        await command.ExecuteNonQueryAsync(Cancelled);

        Assert.False(await host.Part<RetainingLoop>().RunOnceAsync(Cancelled));
    }

    [Fact]
    public async Task Cleaning_up_happens_by_itself()
    {
        var image = await StoreAsync(66);
        await DeleteAsync(image);
        await using var service = await ReplicaAsync(("Retaining:Grace", "00:00:00"), ("Retaining:Interval", "00:00:00.100"));

        await Eventually.TrueAsync(() => !HasBlob(image.Images[0].Sha256!), "the blob to go");
    }

    private static async Task RoundAsync(RunningService service) =>
        await Eventually.TrueAsync(() => service.Services.GetRequiredService<RetainingLoop>().RunOnceAsync(Cancelled), "a round");

    /// <summary>A replica with these settings that does nothing by itself.</summary>
    private Task<RunningService> ReplicaAsync(params (string, string)[] settings) =>
        host.StartReplicaAsync([("Retaining:Interval", "1.00:00:00"), .. settings]);

    private static string Hash(HttpResponseMessage content) => content.Headers.ETag!.Tag.Trim('"');

    private bool HasBlob(string sha256) => host.Files().Any(file => Path.GetFileName(file) == sha256);

    private Task<ImagesStored> StoreAsync(int seed, ImageLayout layout = ImageLayout.Whole, int size = 40) =>
        host.StoreAsync(host.CommandFor(Pictures.Png(size, size, seed), layout) with { OwnerId = _owner });

    private async Task DeleteAsync(ImagesStored stored)
    {
        using var response = await host.CallAsync(new HttpRequestMessage(HttpMethod.Delete, $"/images/{stored.Images[0].ImageId}"), _owner);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private async Task<Guid[]> IdsAsync() =>
        [.. (await host.AskAsync(_owner, "/images")).GetProperty("images").EnumerateArray().Select(image => image.GetProperty("image_id").GetGuid())];
}
