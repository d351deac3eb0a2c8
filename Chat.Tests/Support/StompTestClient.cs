using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Chat.Tests.Support;

/// <summary>A client that sends exactly the octets it is told, and reads what comes back, over a WebSocket. One reader at a time.</summary>
internal sealed class StompTestClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _unread = new();

    private StompTestClient()
    {
    }

    /// <summary>The code that the server closed with; null while it has not.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    /// <param name="stompUrl">As a SockJS client has it: <c>http://127.0.0.1:8080/ws</c>.</param>
    /// <param name="headers">Of the handshake.</param>
    public static async Task<StompTestClient> OpenAsync(string stompUrl, params (string Name, string Value)[] headers)
    {
        var client = new StompTestClient();
        client._socket.Options.AddSubProtocol("v12.stomp");
        foreach (var (name, value) in headers) client._socket.Options.SetRequestHeader(name, value);
        await client._socket.ConnectAsync(new Uri(stompUrl.Replace("http", "ws", StringComparison.Ordinal)), CancellationToken.None).WaitAsync(Patience);
        return client;
    }

    /// <summary>Opens a connection and logs in.</summary>
    public static async Task<StompTestClient> ConnectAsync(string stompUrl, string token)
    {
        var client = await OpenAsync(stompUrl);
        await client.SendAsync($"CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer {token}\n\n\0");
        (await client.ReadAsync()).Command.Should().Be("CONNECTED");
        return client;
    }

    public async Task SendAsync(string text) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(Patience);

    /// <summary>SEND with a receipt, of JSON.</summary>
    public Task SendAsync(string destination, string json, string receipt) =>
        SendAsync($"SEND\ndestination:{destination}\nreceipt:{receipt}\ncontent-type:application/json\n\n{json}\0");

    /// <summary>SUBSCRIBE, and wait until it is in effect.</summary>
    public async Task SubscribeAsync(string destination, string id, string headers = "")
    {
        await SendAsync($"SUBSCRIBE\nid:{id}\ndestination:{destination}\nreceipt:sub-{id}\n{headers}\n\0");
        (await ReadAsync()).Should().Match<TestFrame>(f => f.Command == "RECEIPT" && f["receipt-id"] == $"sub-{id}");
    }

    /// <summary>The next frame; heart-beats are passed over.</summary>
    /// <exception cref="WebSocketException">The server closed the connection; <see cref="CloseCode"/> says how.</exception>
    public Task<TestFrame> ReadAsync() => ReadAsync(Patience);

    /// <summary>The same for what may take longer.</summary>
    public async Task<TestFrame> ReadAsync(TimeSpan patience)
    {
        while (true)
        {
            var text = _unread.ToString();
            var start = text.Length - text.TrimStart('\n').Length;
            var end = text.IndexOf('\0', start);
            if (end >= 0)
            {
                _unread.Remove(0, end + 1);
                return TestFrame.Parse(text[start..end]);
            }
            if (!await ReceiveAsync(patience)) throw new WebSocketException($"Closed with {CloseCode} {_socket.CloseStatusDescription}, behind: {text}");
        }
    }

    /// <summary>Reads on until the server has closed, and gives the code.</summary>
    public async Task<int> ReadCloseAsync()
    {
        while (await ReceiveAsync(Patience)) _unread.Clear();
        return CloseCode!.Value;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> ReceiveAsync(TimeSpan patience)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(patience);
            if (received.MessageType == WebSocketMessageType.Close) return false;
            length += received.Count;
            if (received.EndOfMessage) break;
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
        }
        _unread.Append(Encoding.UTF8.GetString(buffer, 0, length));
        return true;
    }
}

/// <summary>A server's frame, as it came.</summary>
internal sealed record TestFrame(string Command, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? this[string name] => Headers.GetValueOrDefault(name);

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    public override string ToString() => $"{Command} {string.Join(' ', Headers.Select(h => $"[{h.Key}={h.Value}]"))} <{Body}>";

    public static TestFrame Parse(string text)
    {
        var headEnd = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = text[..headEnd].Split('\n');
        return new TestFrame(lines[0], lines.Skip(1).ToDictionary(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..], StringComparer.Ordinal), text[(headEnd + 2)..]);
    }
}
