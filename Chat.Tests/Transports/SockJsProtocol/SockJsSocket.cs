using System.Net.WebSockets;
using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

/// <summary>A WebSocket that speaks text.</summary>
internal sealed class SockJsSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _deadline = new(Patience);

    public static async Task<SockJsSocket> OpenAsync(TransportHost host, string path)
    {
        var socket = new SockJsSocket();
        await socket._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Port}{path}"), socket._deadline.Token);
        return socket;
    }

    public Task SendAsync(string text, bool isWhole = true) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, isWhole, _deadline.Token);

    public async Task ShouldSayAsync(params string[] messages)
    {
        foreach (var message in messages)
        {
            var (type, text) = await ReceiveAsync();
            (type, text).Should().Be((WebSocketMessageType.Text, message));
        }
    }

    public async Task<(WebSocketCloseStatus? Code, string? Reason)> ReceiveCloseAsync()
    {
        (await ReceiveAsync()).Type.Should().Be(WebSocketMessageType.Close);
        return (_socket.CloseStatus, _socket.CloseStatusDescription);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
    }

    private async Task<(WebSocketMessageType Type, string Text)> ReceiveAsync()
    {
        var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, _deadline.Token);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return (part.MessageType, Encoding.UTF8.GetString(message.ToArray()));
        }
    }
}
