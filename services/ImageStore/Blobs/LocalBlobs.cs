using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// Blobs as files, <c>{Blobs:Path}/ab/abcd…</c>. A name appears by rename, after the bytes are on the disk, and the folder is flushed
/// after it: no crash leaves a name without its bytes.
/// </summary>
internal sealed class LocalBlobs(IOptions<BlobOptions> options) : IBlobs
{
    private readonly string _root = Path.GetFullPath(options.Value.Path);
    private readonly ConcurrentDictionary<string, bool> _durableFolders = new(StringComparer.Ordinal);

    public Task PutAsync(Draft draft, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(draft.Hash);
        var folder = Path.GetDirectoryName(path)!;
        draft.FlushToDisk();
        CreateFolder(folder);

        // Replaces atomically; what is replaced is the same bytes, or what a broken disk made of them.
        File.Move(draft.Path, path, overwrite: true);
        Folder.Flush(folder);
        return Task.CompletedTask;
    }

    public Task<Stream?> OpenAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(hash), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(hash)));

    public Task DeleteAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        var path = PathOf(hash);
        if (File.Exists(path))
            File.Delete(path);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ContentHash.TryParse(file.Name, out var hash) && file.Exists)
                yield return new(hash, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
        await Task.CompletedTask;
    }

    /// <summary>That it can be written is seen by the draft, which is on the same file system.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) =>
        Directory.Exists(_root) ? Task.CompletedTask : throw new DirectoryNotFoundException("The folder of Blobs:Path is not there.");

    private string PathOf(ContentHash hash) => Path.Combine(_root, hash.Path);

    /// <summary>
    /// A folder is durable once the one above it is flushed, by us: whoever made it may not have come that far.
    /// There are 256 of them, and soon this is one look.
    /// </summary>
    private void CreateFolder(string folder)
    {
        if (_durableFolders.ContainsKey(folder) && Directory.Exists(folder))
            return;
        Directory.CreateDirectory(folder);
        Folder.Flush(_root);
        _durableFolders[folder] = true;
    }
}
