using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Chat.Tests.Support.Servers;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>permessage-deflate (RFC 7692) over real sockets: by octets, and with clients that others have made.</summary>
public sealed class WebSocketCompressionTests : IAsyncLifetime
{
    private const string Agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private const int LargestBody = 200_000;

    private static readonly string Event = string.Concat(Enumerable.Range(0, 50).Select(at => $"{{\"seq\":{at},\"text\":\"tea é€😀\"}}"));

    private TransportHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync(compression: true);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ws")]
    [InlineData("/ws/websocket")]
    [InlineData("/ws/000/session/websocket")]
    public async Task An_offer_is_answered_where_compression_is_switched_on(string path)
    {
        using var raw = await _host.ConnectAsync(Request("permessage-deflate; client_max_window_bits", path));
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101").And.Contain($"Sec-WebSocket-Extensions: {Agreed}\r\n");
    }

    [Fact]
    public async Task An_offer_that_cannot_be_honoured_opens_a_connection_without_compression()
    {
        using var raw = await _host.ConnectAsync(Request("permessage-deflate; server_max_window_bits=10"));
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101").And.NotContain("Extensions:");
        await raw.SendAsync(ClientFrames.Text(Event));
        (await raw.ReadAsync(4))[0].Should().Be(0x81);
        await raw.ReadAsync(Encoding.UTF8.GetByteCount(Event));
        await raw.SendAsync(ClientFrames.Deflated("x"));
        (await CloseCodeAsync(raw)).Should().Be(1002);
    }

    [Fact]
    public async Task Nothing_is_agreed_where_it_is_switched_off()
    {
        await using var host = await StartAsync(compression: false);
        using var raw = await host.ConnectAsync(Request("permessage-deflate"));
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101").And.NotContain("Extensions:");
        await raw.SendAsync(ClientFrames.Deflated("x"));
        (await CloseCodeAsync(raw)).Should().Be(1002);
        (await host.Runner.Ended).Should().Contain("reserved bit");
    }

    [Fact]
    public async Task A_long_message_goes_out_compressed_each_time_by_itself()
    {
        using var raw = await OpenAsync();
        for (var time = 0; time < 2; time++)
        {
            await raw.SendAsync(ClientFrames.Deflated(Event));
            var (first, payload) = await ReadFrameAsync(raw);
            first.Should().Be(0xC1);
            payload.Length.Should().BeLessThan(Event.Length / 4);
            payload[^4..].Should().NotEqual([0x00, 0x00, 0xFF, 0xFF]);
            Encoding.UTF8.GetString(ClientFrames.Inflate(payload)).Should().Be(Event);
        }
    }

    [Fact]
    public async Task What_is_short_or_does_not_get_smaller_goes_out_as_it_is()
    {
        var random = RandomNumberGenerator.GetBytes(10_000);
        var @short = new string('x', MessageDeflater.SmallestMessage - 1);
        _host.Runner.Script = async (transport, _) =>
        {
            transport.Write(new OutboundFrame(Encoding.UTF8.GetBytes(@short), default));
            transport.Write(new OutboundFrame(random.AsMemory(0, 100), random.AsMemory(100), IsText: false));
            transport.Write(new OutboundFrame(Encoding.UTF8.GetBytes(@short), "x"u8.ToArray()));
            transport.Write(OutboundFrame.HeartBeat);
            await transport.FlushAsync(CancellationToken.None);
            await transport.CloseAsync(new CloseReason(4000, new string('x', 100), "test"), Deadline());
        };
        using var raw = await OpenAsync();
        var (kind, plain) = await ReadFrameAsync(raw);
        (kind, Encoding.UTF8.GetString(plain)).Should().Be((0x81, @short));
        (kind, plain) = await ReadFrameAsync(raw);
        kind.Should().Be(0x82);
        plain.Should().Equal(random);
        (kind, plain) = await ReadFrameAsync(raw);
        kind.Should().Be(0xC1);
        Encoding.UTF8.GetString(ClientFrames.Inflate(plain)).Should().Be(@short + "x");
        (kind, plain) = await ReadFrameAsync(raw);
        (kind, Encoding.UTF8.GetString(plain)).Should().Be((0x81, "\n"));
        (kind, _) = await ReadFrameAsync(raw);
        kind.Should().Be(0x88);
    }

    [Fact]
    public async Task A_ping_between_compressed_fragments_is_answered_uncompressed()
    {
        using var raw = await OpenAsync();
        var deflated = ClientFrames.Deflate(Encoding.UTF8.GetBytes(Event));
        var ping = new byte[100];
        await raw.SendAsync([
            .. ClientFrames.Frame(WebSocketOpcode.Text, deflated[..1], isFinal: false, reserved: 0x40),
            .. ClientFrames.Frame(WebSocketOpcode.Ping, ping)]);
        var (kind, payload) = await ReadFrameAsync(raw);
        kind.Should().Be(0x8A);
        payload.Should().Equal(ping);
        await raw.SendAsync(ClientFrames.Frame(WebSocketOpcode.Continuation, deflated[1..]));
        (kind, payload) = await ReadFrameAsync(raw);
        kind.Should().Be(0xC1);
        Encoding.UTF8.GetString(ClientFrames.Inflate(payload)).Should().Be(Event);
    }

    [Theory]
    [InlineData("C180", 1002)]
    [InlineData("E180", 1002)]
    [InlineData("C980", 1002)]
    public async Task A_reserved_bit_in_the_wrong_place_closes(string octets, int code)
    {
        using var raw = await OpenAsync(octets == "C180" ? "permessage-bzip2" : "permessage-deflate");
        await raw.SendAsync(Convert.FromHexString(octets));
        (await CloseCodeAsync(raw)).Should().Be(code);
    }

    [Fact]
    public async Task Broken_data_closes_with_1007()
    {
        using var raw = await OpenAsync();
        await raw.SendAsync(ClientFrames.Frame(WebSocketOpcode.Text, [0xFF], reserved: 0x40));
        (await CloseCodeAsync(raw)).Should().Be(1007);
        (await _host.Runner.Ended).Should().Contain("broken compressed data");
    }

    [Fact]
    public async Task A_small_message_that_becomes_a_large_one_closes_with_1009()
    {
        var received = new TaskCompletionSource<(long Total, long Largest)>();
        _host.Runner.Script = (transport, _) => CountAsync(transport, received);
        using var raw = await OpenAsync();
        var bomb = ClientFrames.Deflated(new string('\n', 50_000_000));
        bomb.Length.Should().BeLessThan(60_000);
        await raw.SendAsync(bomb);
        (await CloseCodeAsync(raw)).Should().Be(1009);
        (await received.Task.WaitAsync(Patience)).Total.Should().BeLessThanOrEqualTo(LargestBody + (8 * 1024));
    }

    [Fact]
    public async Task Of_a_message_that_becomes_a_large_one_no_more_lies_unread_than_of_others()
    {
        var received = new TaskCompletionSource<(long Total, long Largest)>();
        _host.Runner.Script = (transport, _) => CountAsync(transport, received);
        using var raw = await OpenAsync();
        await raw.SendAsync([.. ClientFrames.Deflated(new string('\n', LargestBody)), .. ClientFrames.Close(1000)]);
        await CloseCodeAsync(raw);
        var (total, largest) = await received.Task.WaitAsync(Patience);
        total.Should().Be(LargestBody);
        largest.Should().BeLessThan(64 * 1024 + 32 * 1024, "that is where the pipe makes its writer wait, and a step more");
    }

    [Fact]
    public async Task As_large_as_a_frame_may_be_a_message_can_become()
    {
        using var raw = await OpenAsync();
        await raw.SendAsync(ClientFrames.Deflated(new string('x', LargestBody)));
        var got = 0;
        while (got < LargestBody)
        {
            var (kind, payload) = await ReadFrameAsync(raw);
            got += (kind == 0xC1 ? ClientFrames.Inflate(payload) : payload).Length;
        }
        got.Should().Be(LargestBody);
    }

    [Fact]
    public async Task A_SockJS_message_inflates_to_what_one_may_be_and_no_more()
    {
        using var raw = await OpenAsync(path: "/ws/000/session/websocket");
        (await ReadFrameAsync(raw)).Payload.Should().Equal((byte)'o');
        await raw.SendAsync(ClientFrames.Deflated("[\"" + new string('x', 1024 - 4) + "\"]"));
        var (kind, payload) = await ReadFrameAsync(raw);
        kind.Should().Be(0xC1);
        Encoding.UTF8.GetString(ClientFrames.Inflate(payload)).Should().Be("a[\"" + new string('x', 1024 - 4) + "\"]");
        await raw.SendAsync(ClientFrames.Deflated("[\"" + new string('x', 1024 - 3) + "\"]"));
        (await CloseCodeAsync(raw)).Should().Be(1009);
    }

    [Theory]
    [InlineData("/ws")]
    [InlineData("/ws/000/session/websocket")]
    public async Task Text_that_is_not_UTF_8_closes_with_1007(string path)
    {
        foreach (var deflated in new[] { false, true })
        {
            using var raw = await OpenAsync(path: path);
            if (path.Length > 3)
                await ReadFrameAsync(raw);
            byte[] text = [.. "[\""u8, 0xC3, (byte)'"', (byte)']'];
            await raw.SendAsync(deflated ? ClientFrames.Deflated(WebSocketOpcode.Text, text) : ClientFrames.Frame(WebSocketOpcode.Text, text));
            (await CloseCodeAsync(raw)).Should().Be(1007);
        }
    }

    [Theory]
    [InlineData(true, 15)]
    [InlineData(false, 15)]
    [InlineData(true, 10)]
    public async Task The_client_of_NET_gets_back_what_it_sends(bool contextTakeover, int serverWindow)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions
        {
            ClientContextTakeover = contextTakeover,
            ServerContextTakeover = contextTakeover,
            ServerMaxWindowBits = serverWindow,
        };
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_host.Port}/ws"), Deadline());
        client.HttpResponseHeaders!.ContainsKey("Sec-WebSocket-Extensions").Should().Be(serverWindow == 15);

        await client.SendAsync(Memory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: true, Deadline());
        foreach (var text in new[] { "x", Event, new string('x', 70_000), Convert.ToHexString(RandomNumberGenerator.GetBytes(70_000)), Event })
        {
            var octets = Encoding.UTF8.GetBytes(text);
            await client.SendAsync(octets.AsMemory(0, octets.Length / 2), WebSocketMessageType.Text, endOfMessage: false, Deadline());
            await client.SendAsync(octets.AsMemory(octets.Length / 2), WebSocketMessageType.Text, endOfMessage: true, Deadline());
            (await ReceiveAsync(client, octets.Length)).Should().Be(text);
        }
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
        (await _host.Runner.Ended).Should().Be("gone");
    }

    [NeedsFact(Server.Node)]
    public async Task The_client_ws_of_Node_gets_back_what_it_sends()
    {
        await using var script = NodeScript.Start("deflate.mjs", "--url", $"ws://127.0.0.1:{_host.Port}/ws");
        (await script.ReadAsync()).GetProperty("extensions").GetString().Should().Be("permessage-deflate");
        foreach (var octets in new[] { 14, 140, 1_400, 112_000, 182_000 })
        {
            var echo = await script.ReadAsync();
            (echo.GetProperty("octets").GetInt32(), echo.GetProperty("same").GetBoolean()).Should().Be((octets, true));
        }
        (await script.ReadAsync()).GetProperty("code").GetInt32().Should().Be(1000);
    }

    private static Task<TransportHost> StartAsync(bool compression) => TransportHost.StartAsync(
        sockJs => sockJs.MessageBytes = 1024,
        stomp: new StompOptions { Compression = compression },
        limits: new LimitsOptions { ServiceFrameBytes = LargestBody });

    private static string Request(string extensions, string path = "/ws") => $"""
        GET {path} HTTP/1.1
        Host: localhost
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Sec-WebSocket-Extensions: {extensions}


        """;

    private static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    private static async Task CountAsync(ITransport transport, TaskCompletionSource<(long Total, long Largest)> received)
    {
        var (total, largest) = (0L, 0L);
        var reason = CloseReason.ClientGone;
        try
        {
            ReadResult read;
            do
            {
                read = await transport.Input.ReadAsync(CancellationToken.None);
                total += read.Buffer.Length;
                largest = Math.Max(largest, read.Buffer.Length);
                transport.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        catch (TransportViolationException violation)
        {
            reason = violation.Reason;
        }
        received.SetResult((total, largest));
        await transport.CloseAsync(reason, Deadline());
    }

    private static async Task<(int Kind, byte[] Payload)> ReadFrameAsync(RawClient raw)
    {
        var header = await raw.ReadAsync(2);
        var length = header[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await raw.ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await raw.ReadAsync(8)),
            var @short => @short,
        };
        return (header[0], await raw.ReadAsync(length));
    }

    private static async Task<int> CloseCodeAsync(RawClient raw)
    {
        var (kind, payload) = await ReadFrameAsync(raw);
        kind.Should().Be(0x88);
        return BinaryPrimitives.ReadUInt16BigEndian(payload);
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket client, int count)
    {
        var message = new MemoryStream();
        var buffer = new byte[4096];
        while (message.Length < count)
        {
            var result = await client.ReceiveAsync(buffer, Deadline());
            message.Write(buffer, 0, result.Count);
        }
        return Encoding.UTF8.GetString(message.ToArray());
    }

    private async Task<RawClient> OpenAsync(string extensions = "permessage-deflate", string path = "/ws")
    {
        var raw = await _host.ConnectAsync(Request(extensions, path));
        await raw.ReadToAsync("\r\n\r\n");
        return raw;
    }
}
