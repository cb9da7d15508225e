using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MjAspire.Testing;

/// <summary>
/// A server that answers one request with 30 MB, written to a bare socket: what it got rid of is known,
/// while a web server swallows what it cannot send.
/// </summary>
public sealed class HugeAnswer : IDisposable
{
    public const int Length = 30 * 1024 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HugeAnswer()
    {
        _listener.Start();
        Sent = AnswerAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    /// <summary>How many bytes left before the other side hung up; what the kernel's buffers hold is among them.</summary>
    public Task<long> Sent { get; }

    public void Dispose() => _listener.Dispose();

    private async Task<long> AnswerAsync()
    {
        using var socket = await _listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[16 * 1024]);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n\r\n"));
        var piece = new byte[64 * 1024];
        long sent = 0;
        try
        {
            while (sent < Length)
                sent += await socket.SendAsync(piece);
        }
        catch (SocketException)
        {
            // The reader hung up, as it should.
        }
        return sent;
    }
}
