using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using MjAspire.Contracts.Images;
using MjAspire.Testing;
using Npgsql;

namespace MjAspire.ImageStore.Tests.Copying;

public sealed class BackupTests(ImageStoreHost host, Servers servers) : IClassFixture<ImageStoreHost>, IDisposable
{
    private static readonly string[] Others = ["jobs", "deliveries", "gateway", "callbacks"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mjaspire-backup-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Backup => Path.Combine(_folder.FullName, "backup");

    [Fact]
    public async Task A_backup_restored_into_an_empty_system_has_every_picture()
    {
        var (owner, pictures) = (Guid.CreateVersion7(), new Dictionary<Guid, string>());
        for (var seed = 0; seed < 12; seed++)
        {
            var layout = seed % 3 == 0 ? ImageLayout.Grid : ImageLayout.Whole;
            var stored = await host.StoreAsync(host.CommandFor(Pictures.Png(60, 60, 300 + seed), layout) with { OwnerId = owner });
            foreach (var image in stored.Images)
                pictures[image.ImageId] = await HashAsync(owner, image.ImageId);
        }
        var tagged = pictures.Keys.First();
        await host.AskAsync(owner, $"/images/{tagged}", HttpMethod.Patch, new { tags = new[] { "kept" } });
        var system = await SystemAsync(host.Settings["ConnectionStrings:images"]!, host.Folder);
        foreach (var name in Others)
            await ExecuteAsync(system[$"ConnectionStrings__{name}"], $"create table mark as select '{name}' as name");

        await RunAsync("backup", system);
        await RunAsync("backup", system); // again, into the same folder
        var empty = await SystemAsync(await servers.CreateDatabaseAsync(), Path.Combine(_folder.FullName, "blobs"));
        await RunAsync("restore", empty);

        await using var restored = await host.StartReplicaAsync(
            ("ConnectionStrings:images", empty["ConnectionStrings__images"]), ("Blobs:Path", empty["Blobs__Path"]));
        foreach (var (imageId, hash) in pictures)
            Assert.Equal(hash, await HashAsync(owner, imageId, restored));
        using var found = await host.CallAsync(owner, "/images?tag=kept", restored);
        Assert.Contains(tagged.ToString(), await found.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        foreach (var name in Others)
            Assert.Equal(name, await ExecuteAsync(empty[$"ConnectionStrings__{name}"], "select name from mark"));
        Assert.Contains("0 damaged, 0 missing", await RunAsync("verify", empty), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_into_a_system_that_is_not_empty_does_nothing()
    {
        var system = await SystemAsync(host.Settings["ConnectionStrings:images"]!, host.Folder);
        await RunAsync("backup", system);

        Assert.Contains("is not empty", await RunAsync("restore", system, exitCode: 73), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_complete_backup_is_not_restored()
    {
        var system = await SystemAsync(await servers.CreateDatabaseAsync(), host.Folder);

        Assert.Contains("holds no complete backup", await RunAsync("restore", system, exitCode: 66), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verifying_names_what_is_damaged_and_what_is_missing()
    {
        await using var bad = new ImageStoreHost(servers);
        await bad.InitializeAsync();
        var images = new List<StoredImage>();
        for (var seed = 0; seed < 3; seed++)
            images.AddRange((await bad.StoreAsync(bad.CommandFor(Pictures.Png(30, 30, 400 + seed)))).Images);
        var system = await SystemAsync(bad.Settings["ConnectionStrings:images"]!, bad.Folder);
        Assert.Contains("3 blobs whole", await RunAsync("verify", system), StringComparison.Ordinal);

        var files = images.ConvertAll(image => bad.Files().Single(file => Path.GetFileName(file) == image.Sha256));
        await File.AppendAllTextAsync(files[0], "x", Cancelled);
        File.Delete(files[1]);
        var output = await RunAsync("verify", system, exitCode: 1);

        Assert.Contains($"damaged  {images[0].Sha256}", output, StringComparison.Ordinal);
        Assert.Contains($"missing  {images[1].Sha256}", output, StringComparison.Ordinal);
        Assert.Contains("1 blobs whole", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<Dictionary<string, string>> SystemAsync(string images, string blobs)
    {
        var system = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__images"] = images,
            ["Blobs__Path"] = blobs,
            ["MJ_IMAGE_STORE"] = typeof(Program).Assembly.Location,
        };
        foreach (var name in Others)
            system[$"ConnectionStrings__{name}"] = await servers.CreateDatabaseAsync();
        return system;
    }

    private async Task<string> RunAsync(string script, Dictionary<string, string> system, int exitCode = 0)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "eng", script), script == "verify" ? [] : [Backup])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in system)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Cancelled), process.StandardError.ReadToEndAsync(Cancelled));
        await process.WaitForExitAsync(Cancelled);
        Assert.True(process.ExitCode == exitCode, $"{script} ended with {process.ExitCode}: {string.Concat(said)}");
        return string.Concat(said);
    }

    private async Task<string> HashAsync(Guid owner, Guid imageId, RunningService? replica = null)
    {
        using var response = await host.CallAsync(owner, $"/images/{imageId}/content", replica);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Convert.ToHexStringLower(SHA256.HashData(await response.Content.ReadAsByteArrayAsync(Cancelled)));
    }

    private static async Task<object?> ExecuteAsync(string connection, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
