using System.Net.Sockets;

namespace Chat.Tests.Transcripts.Channels;

/// <summary>A plain TCP connection.</summary>
internal sealed class TcpChannel(TcpClient client) : IClientChannel
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public int? CloseCode => null;

    public static async Task<TcpChannel> OpenAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        return new TcpChannel(client);
    }

    public async Task SendAsync(byte[] octets) => await client.GetStream().WriteAsync(octets);

    public async Task<byte[]?> ReceiveAsync()
    {
        var count = await client.GetStream().ReadAsync(_buffer);
        return count == 0 ? null : _buffer[..count];
    }

    /// <summary>With a reset, as when a machine goes.</summary>
    public void Cut()
    {
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
