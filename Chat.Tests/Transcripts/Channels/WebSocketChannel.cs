using System.Net.WebSockets;

namespace Chat.Tests.Transcripts.Channels;

/// <summary>A plain WebSocket.</summary>
internal sealed class WebSocketChannel(ClientWebSocket socket) : IClientChannel
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public int? CloseCode => (int?)socket.CloseStatus;

    public static async Task<WebSocketChannel> OpenAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, CancellationToken.None);
        return new WebSocketChannel(socket);
    }

    /// <summary>Binary, because a transcript may cut within a character.</summary>
    public Task SendAsync(byte[] octets) => socket.SendAsync(octets, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    public async Task<byte[]?> ReceiveAsync()
    {
        var received = await socket.ReceiveAsync(_buffer, CancellationToken.None);
        if (received.MessageType is not WebSocketMessageType.Close) return _buffer[..received.Count];
        // The server waits for this before it lets go.
        if (socket.State is WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        return null;
    }

    public void Cut() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
