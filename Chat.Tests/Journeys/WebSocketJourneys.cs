using System.Net.WebSockets;
using System.Text;

namespace Chat.Tests.Journeys;

/// <summary>What of STOMP shows in WebSocket messages, at the whole gateway.</summary>
public sealed class WebSocketJourneys : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _deadline = new();
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["Stomp:Paths:0"] = "/ws",
            ["Stomp:Paths:1"] = "/stomp/chat",
            ["Stomp:HeartbeatSend"] = "00:00:01",
            ["Stomp:HeartbeatReceive"] = "00:00:01",
            ["Limits:ConnectsPerMinute"] = "0",
        });
        _deadline.CancelAfter(Patience);
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose() => _deadline.Dispose();

    [Theory]
    [InlineData("/ws")]
    [InlineData("/ws/websocket")]
    [InlineData("/stomp/chat")]
    [InlineData("/stomp/chat/websocket")]
    public async Task STOMP_is_spoken_plainly_at_each_path_and_below_it_at_websocket(string path)
    {
        using var socket = await OpenAsync(path, _ => { });
        socket.SubProtocol.Should().Be("v12.stomp");

        await SendAsync(socket, Connect("0,0"));

        (await ReadAsync(socket)).Text.Should().StartWith("CONNECTED\nversion:1.2\n").And.EndWith("\n\n\0", "no o comes before it");
    }

    [Fact]
    public async Task A_frame_is_one_message_of_text_where_it_is_text_and_else_of_octets()
    {
        using var socket = await OpenAsync("/ws", _ => { });
        await SendAsync(socket, Connect("0,0"));
        await ReadAsync(socket);
        await SendAsync(socket, "SUBSCRIBE\nid:s\ndestination:/topic/kinds\nreceipt:r\n\n\0"u8.ToArray());
        (await ReadAsync(socket)).Should().Match<Message>(m => m.Type == WebSocketMessageType.Text && m.Text == "RECEIPT\nreceipt-id:r\n\n\0");

        // All of it in one message, as a client may.
        await SendAsync(socket,
        [
            .. "SEND\ndestination:/topic/kinds\n\n안녕 é\0\n"u8,
            .. "SEND\ndestination:/topic/kinds\ncontent-length:1\n\n"u8, 0xE9, 0,
            .. "SEND\ndestination:/topic/kinds\ncontent-type:application/octet-stream\n\ntext all the same\0"u8,
        ]);

        (await ReadAsync(socket)).Should().Match<Message>(m => m.Type == WebSocketMessageType.Text && m.Text.EndsWith("\n\n안녕 é\0"));
        (await ReadAsync(socket)).Should().Match<Message>(m => m.Type == WebSocketMessageType.Binary && m.Octets.TakeLast(2).SequenceEqual(new byte[] { 0xE9, 0 }));
        (await ReadAsync(socket)).Should().Match<Message>(m => m.Type == WebSocketMessageType.Binary && m.Text.EndsWith("\n\ntext all the same\0"));
    }

    [Fact]
    public async Task A_heart_beat_is_a_message_of_one_line_feed_and_no_frame_begins_with_one()
    {
        using var socket = await OpenAsync("/ws", _ => { });
        await SendAsync(socket, Connect("0,1000"));
        await ReadAsync(socket);

        (await ReadAsync(socket)).Should().Match<Message>(m => m.Type == WebSocketMessageType.Text && m.Text == "\n");
        await SendAsync(socket, "SUBSCRIBE\nid:s\ndestination:/topic/beats\nreceipt:r\n\n\0"u8.ToArray());
        Message next;
        do next = await ReadAsync(socket);
        while (next.Text == "\n");
        next.Text.Should().StartWith("RECEIPT\n");
    }

    /// <summary>A proxy may answer and send them for a client that is long gone.</summary>
    [Fact]
    public async Task Pings_are_answered_and_are_no_signs_of_life()
    {
        using var pinging = await OpenAsync("/ws", options =>
        {
            options.KeepAliveInterval = TimeSpan.FromMilliseconds(200);
            // Should a ping not be answered by then, the client drops the connection by itself, and no code comes. The server does after twelve seconds.
            options.KeepAliveTimeout = TimeSpan.FromSeconds(9);
        });
        await SendAsync(pinging, Connect("4000,0"));
        await ReadAsync(pinging);

        (await ReadAsync(pinging)).Type.Should().Be(WebSocketMessageType.Close);
        ((int)pinging.CloseStatus!).Should().Be(4410);
    }

    /// <summary>Credentials of another kind, such as a proxy's own, are nobody's concern here: who it is CONNECT says.</summary>
    [Fact]
    public async Task Basic_credentials_of_the_handshake_are_passed_over()
    {
        using var socket = await OpenAsync("/ws", options => options.SetRequestHeader("Authorization", "Basic c3ZjOnNlY3JldA=="));
        await SendAsync(socket, Connect("0,0"));
        (await ReadAsync(socket)).Text.Should().Contain("\nuser-name:svc\n");

        using var other = await OpenAsync("/ws", options => options.SetRequestHeader("Authorization", "Basic c3ZjOnNlY3JldA=="));
        await SendAsync(other, "CONNECT\naccept-version:1.2\n\n\0"u8.ToArray());
        (await ReadAsync(other)).Text.Should().StartWith("ERROR\n").And.Contain("\ncode:unauthenticated\n");
        (await ReadAsync(other)).Type.Should().Be(WebSocketMessageType.Close);
        other.CloseStatus.Should().Be(WebSocketCloseStatus.ProtocolError);
    }

    private static byte[] Connect(string heartBeat) =>
        Encoding.UTF8.GetBytes($"CONNECT\naccept-version:1.0,1.1,1.2\nhost:x\nheart-beat:{heartBeat}\nAuthorization:Bearer {TestTokens.Issue("svc", "service")}\n\n\0");

    private async Task<ClientWebSocket> OpenAsync(string path, Action<ClientWebSocketOptions> configure)
    {
        var socket = new ClientWebSocket();
        // As all three libraries offer them.
        foreach (var version in new[] { "v10.stomp", "v11.stomp", "v12.stomp" }) socket.Options.AddSubProtocol(version);
        configure(socket.Options);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_gateway.Address.Port}{path}"), _deadline.Token);
        return socket;
    }

    private Task SendAsync(ClientWebSocket socket, byte[] octets) => socket.SendAsync(octets, WebSocketMessageType.Binary, endOfMessage: true, _deadline.Token);

    private async Task<Message> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        var received = await socket.ReceiveAsync(buffer, _deadline.Token);
        received.EndOfMessage.Should().BeTrue();
        return new Message(received.MessageType, buffer[..received.Count]);
    }

    private sealed record Message(WebSocketMessageType Type, byte[] Octets)
    {
        public string Text => Encoding.UTF8.GetString(Octets);
    }
}
