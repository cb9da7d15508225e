using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MjAspire.DeliveryWorker.Tests;

/// <summary>
/// A receiver that does as little as one can: it finds the end of each request and answers 204. What is measured against it is the sender.
/// </summary>
internal sealed class Sink : IAsyncDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 204 No Content\r\n\r\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _received;

    public Sink()
    {
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    public int Received => Volatile.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        socket.NoDelay = true;
        var buffer = new byte[64 * 1024];
        var held = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(held), _stop.Token) is var read and > 0)
            {
                held += read;
                while (RequestLength(buffer.AsSpan(0, held)) is { } length && length <= held)
                {
                    buffer.AsSpan(length, held - length).CopyTo(buffer);
                    held -= length;
                    Interlocked.Increment(ref _received);
                    await socket.SendAsync(Answer, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The sender hung up, or the sink is stopped.
        }
    }

    private static int? RequestLength(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;
        var at = bytes.IndexOf("Content-Length: "u8);
        var length = 0;
        for (var i = at + 16; i < end && bytes[i] is >= (byte)'0' and <= (byte)'9'; i++)
            length = (10 * length) + bytes[i] - '0';
        return end + 4 + length;
    }
}
