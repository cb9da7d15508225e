using System.Buffers;
using System.Security.Cryptography;

namespace MjAspire.ImageStore.Blobs;

/// <summary>
/// Bytes on their way in: a temporary file, hashed while it is written, that can be looked at before it is kept.
/// Disposing removes the file, unless it was kept and so has moved away.
/// </summary>
internal sealed class Draft : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public Draft(string path)
    {
        Path = path;
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0, // pieces are large; and a buffer that cannot be flushed to a full disk would fail in Dispose
        });
    }

    public string Path { get; }

    public long Length { get; private set; }

    /// <summary>Of everything written so far.</summary>
    public ContentHash Hash => ContentHash.Of(_sha256);

    /// <summary>Copies a source to its end. False when it is longer than <paramref name="limit"/>: the rest is left unread.</summary>
    /// <exception cref="InterruptedSourceException">The source broke off. Any other IOException is our own disk's.</exception>
    public async Task<bool> TryFillAsync(Stream source, long limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await ReadPieceAsync(source, buffer, cancellationToken) is var read and > 0)
            {
                if (Length + read > limit)
                    return false;
                Append(buffer.AsSpan(0, read));
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The bytes from the beginning; the stream stays the draft's.</summary>
    public Stream Read()
    {
        _file.Position = 0;
        return _file;
    }

    /// <summary>Returns once the bytes are on the disk and not only in the system's memory.</summary>
    public void FlushToDisk() => _file.Flush(flushToDisk: true);

    /// <summary>Into the system's memory: sooner done than handed to another thread.</summary>
    private void Append(ReadOnlySpan<byte> piece)
    {
        _file.Write(piece);
        _sha256.AppendData(piece);
        Length += piece.Length;
    }

    /// <summary>A full buffer, however small the source's own pieces are, or what is left.</summary>
    private static async ValueTask<int> ReadPieceAsync(Stream source, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException e)
        {
            throw new InterruptedSourceException(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _sha256.Dispose();
        File.Delete(Path);
    }
}

/// <summary>What a draft was filled from broke off before its end.</summary>
internal sealed class InterruptedSourceException(IOException cause) : IOException("The source broke off before its end.", cause);
