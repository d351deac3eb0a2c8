using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chat.Tests.Fuzz;

/// <summary>A client's bare socket. A server that hangs up on it is within its rights: what is sent afterwards goes nowhere, without an error.</summary>
internal sealed class HostileSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[4096];

    private HostileSocket()
    {
    }

    /// <summary>Whether the server has hung up.</summary>
    public bool IsOver { get; private set; }

    /// <exception cref="SocketException">Nobody listens there any more.</exception>
    public static async Task<HostileSocket> OpenAsync(int port)
    {
        var socket = new HostileSocket();
        await socket._socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        using var bound = new CancellationTokenSource(Patience);
        try
        {
            while (!IsOver && octets.Length > 0) octets = octets[await _socket.SendAsync(octets, bound.Token)..];
        }
        catch (SocketException)
        {
            IsOver = true;
        }
    }

    /// <summary>What comes next, as Latin-1; empty when nothing does within the time, or never will.</summary>
    public async Task<string> ReceiveAsync(TimeSpan time)
    {
        if (IsOver) return "";
        using var bound = new CancellationTokenSource(time);
        try
        {
            var count = await _socket.ReceiveAsync(_buffer, bound.Token);
            IsOver = count == 0;
            return Encoding.Latin1.GetString(_buffer, 0, count);
        }
        catch (SocketException)
        {
            IsOver = true;
            return "";
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            return "";
        }
    }

    /// <summary>Reads on until the server hangs up.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task ReadToEndAsync(TimeSpan time)
    {
        var until = DateTime.UtcNow + time;
        while (!IsOver)
        {
            var left = until - DateTime.UtcNow;
            if (left <= TimeSpan.Zero) throw new TimeoutException($"The server did not hang up within {time}.");
            await ReceiveAsync(left);
        }
    }

    /// <summary>Nothing more comes from this side; what the server still has to say can be read.</summary>
    public void EndSending()
    {
        if (!IsOver) _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Goes with a reset instead of a farewell, as when a machine is switched off.</summary>
    public void Cut()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}
