namespace MjAspire.Sandbox.Drawing;

/// <summary>Draws on request; a picture is a few dozen bytes of seed until someone wants to see it.</summary>
internal sealed class Studio : IDisposable
{
    // Drawing takes processor and megabytes: no more at a time than there are processors.
    private readonly SemaphoreSlim _easels = new(Environment.ProcessorCount);

    public async Task<byte[]> DrawAsync(Picture picture, bool finished, CancellationToken cancellationToken)
    {
        await _easels.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => picture.Draw(blur: finished ? 1 : Math.Max(2, picture.Width / 32)), cancellationToken);
        }
        finally
        {
            _easels.Release();
        }
    }

    public void Dispose() => _easels.Dispose();
}
