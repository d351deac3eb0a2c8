using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

public sealed class WebSocketTransportTests : IAsyncLifetime
{
    private const string Handshake = """
        GET /ws HTTP/1.1
        Host: localhost
        Connection: keep-alive, Upgrade
        Upgrade: WebSocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==


        """;

    private TransportHost _host = null!;

    public async Task InitializeAsync() => _host = await TransportHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ws")]
    [InlineData("/ws/")]
    [InlineData("/ws/websocket")]
    public async Task A_real_client_gets_back_what_it_sends_and_closes_in_order(string path)
    {
        using var client = await ConnectAsync(path);
        foreach (var length in new[] { 1, 125, 126, 70_000 })
        {
            var text = new string('x', length);
            await SendAsync(client, text);
            var got = "";
            while (got.Length < length)
                got += await ReceiveAsync(client);
            got.Should().Be(text);
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "thanks", Deadline());
        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        (await _host.Runner.Ended).Should().Be("gone");
    }

    [Fact]
    public async Task The_server_closes_with_its_code_and_reason()
    {
        using var client = await ConnectAsync("/ws");
        await SendAsync(client, "bye");
        var result = await client.ReceiveAsync(new byte[16], Deadline());
        result.MessageType.Should().Be(WebSocketMessageType.Close);
        ((int)client.CloseStatus!).Should().Be(3000);
        client.CloseStatusDescription.Should().Be("Go away!");
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
        (await _host.Runner.Ended).Should().Be("bye");
    }

    [Fact]
    public async Task A_stopping_server_says_so()
    {
        using var client = await ConnectAsync("/ws");
        await SendAsync(client, "x");
        await ReceiveAsync(client);
        var stopping = _host.StopAsync();
        await client.ReceiveAsync(new byte[16], Deadline());
        client.CloseStatus.Should().Be(WebSocketCloseStatus.EndpointUnavailable);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
        await stopping;
    }

    [Theory]
    [InlineData("v10.stomp,v11.stomp,v12.stomp", "v12.stomp")]
    [InlineData("v11.stomp, v10.stomp", "v11.stomp")]
    [InlineData("v10.stomp", "v10.stomp")]
    public async Task Of_the_offered_versions_the_highest_is_chosen(string offered, string chosen)
    {
        using var raw = await _host.ConnectAsync(Handshake.TrimEnd() + $"\nSec-WebSocket-Protocol: {offered}\n\n");
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101").And.Contain($"Sec-WebSocket-Protocol: {chosen}\r\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nSec-WebSocket-Protocol: mqtt, v13.stomp")]
    [InlineData("\nSec-WebSocket-Extensions: permessage-deflate")]
    public async Task What_is_not_known_is_not_named_and_the_client_comes_in_all_the_same(string header)
    {
        using var raw = await _host.ConnectAsync(Handshake.TrimEnd() + header + "\n\n");
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101")
            .And.Contain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=").And.NotContain("Protocol:").And.NotContain("Extensions:");
    }

    [Theory]
    [InlineData("Version: 13", "Version: 8", "HTTP/1.1 426")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==", "HTTP/1.1 400")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "?", "HTTP/1.1 400")]
    [InlineData("keep-alive, Upgrade", "close", "HTTP/1.1 400")]
    public async Task A_wrong_handshake_is_refused(string right, string wrong, string status)
    {
        using var raw = await _host.ConnectAsync(Handshake.Replace(right, wrong, StringComparison.Ordinal));
        var answer = await raw.ReadToAsync("\r\n\r\n");
        answer.Should().StartWith(status);
        if (status.EndsWith("426", StringComparison.Ordinal))
            answer.Should().Contain("Sec-WebSocket-Version: 13");
        _host.Runner.Opened.Should().BeEmpty();
    }

    [Fact]
    public async Task Whom_the_guard_refuses_gets_its_answer_and_no_socket()
    {
        _host.Guard.Refusal = StatusCodes.Status403Forbidden;
        using var raw = await _host.ConnectAsync(Handshake);
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 403");
        _host.Runner.Opened.Should().BeEmpty();
    }

    [Fact]
    public async Task All_that_is_written_before_a_flush_arrives_as_one_message_for_each_frame()
    {
        _host.Runner.Script = async (transport, _) =>
        {
            transport.Write(new OutboundFrame("MESSAGE\n"u8.ToArray(), "\nbody\0"u8.ToArray()));
            transport.Write(OutboundFrame.HeartBeat);
            transport.Write(new OutboundFrame(new byte[] { 0xFF, 0x00 }, default, IsText: false));
            await transport.FlushAsync(CancellationToken.None);
            await transport.CloseAsync(CloseReason.Normal, Deadline());
        };
        using var raw = await OpenAsync();
        (await raw.ReadAsync(16 + 3 + 4 + 4)).Should().Equal(
            [0x81, 14, .. "MESSAGE\n\nbody\0"u8, 0x81, 1, (byte)'\n', 0x82, 2, 0xFF, 0x00, 0x88, 2, 0x03, 0xE8]);
        await raw.SendAsync(ClientFrames.Close(1000));
        (await raw.ReadToEndAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Text_and_binary_messages_are_one_stream_of_octets()
    {
        using var raw = await OpenAsync();
        byte[] frames =
        [
            .. ClientFrames.Frame(WebSocketOpcode.Binary, [0xC3]),
            .. ClientFrames.Frame(WebSocketOpcode.Binary, [0xA9]),
            .. ClientFrames.Text("!"),
        ];
        await raw.SendAsync(frames);
        (await raw.ReadAsync(5)).Should().Equal(0x81, 3, 0xC3, 0xA9, (byte)'!');
    }

    [Fact]
    public async Task A_ping_is_answered_between_the_fragments_of_a_message()
    {
        using var raw = await OpenAsync();
        await raw.SendAsync([.. ClientFrames.Text("a", isFinal: false), .. ClientFrames.Frame(WebSocketOpcode.Ping, "p"u8.ToArray())]);
        Convert.ToHexString(await raw.ReadAsync(6)).Should().Contain("8A0170").And.Contain("810161");
        await raw.SendAsync(ClientFrames.Frame(WebSocketOpcode.Continuation, "b"u8.ToArray()));
        (await raw.ReadAsync(3)).Should().Equal(0x81, 1, (byte)'b');
    }

    [Fact]
    public async Task The_clients_close_is_answered_with_its_code_and_then_the_socket_ends()
    {
        using var raw = await OpenAsync();
        await raw.SendAsync(ClientFrames.Close(4321));
        (await raw.ReadToEndAsync()).Should().Equal(0x88, 2, 0x10, 0xE1);
        (await _host.Runner.Ended).Should().Be("gone");
    }

    [Fact]
    public async Task A_client_that_just_goes_away_ends_its_connection()
    {
        using (await OpenAsync())
        {
            // It says nothing at all.
        }
        (await _host.Runner.Ended).Should().Be("gone");
    }

    [Fact]
    public async Task A_frame_without_a_mask_is_told_to_be_a_protocol_error_and_the_server_lives_on()
    {
        using var raw = await OpenAsync();
        await raw.SendAsync([0x81, 1, (byte)'x']);
        var end = await raw.ReadToEndAsync();
        end[..4].Should().Equal(0x88, (byte)(2 + "protocol error".Length), 0x03, 0xEA);
        (await _host.Runner.Ended).Should().Contain("not masked");

        using var next = await ConnectAsync("/ws");
        await SendAsync(next, "still here");
        (await ReceiveAsync(next)).Should().Be("still here");
    }

    [Fact]
    public async Task A_client_that_never_answers_the_close_is_dropped_at_the_deadline()
    {
        using var deadline = new CancellationTokenSource();
        var closed = new TaskCompletionSource<bool>();
        _host.Runner.Script = async (transport, _) =>
        {
            await transport.CloseAsync(CloseReason.SlowConsumer, deadline.Token);
            var read = await transport.Input.ReadAsync(CancellationToken.None);
            closed.SetResult(read.IsCompleted);
        };
        using var raw = await OpenAsync();
        (await raw.ReadAsync(4)).Should().Equal(0x88, (byte)(2 + "slow consumer".Length), 0x11, 0x38);
        closed.Task.IsCompleted.Should().BeFalse("the client may still answer");
        await deadline.CancelAsync();
        (await closed.Task.WaitAsync(Patience)).Should().BeTrue();
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_the_flush_until_it_is_aborted()
    {
        var ended = new TaskCompletionSource<bool>();
        _host.Runner.Script = async (transport, _) =>
        {
            // More than all buffers on the way can take.
            var frame = new OutboundFrame(new byte[1024 * 1024], default);
            ValueTask flush;
            do
            {
                transport.Write(frame);
                flush = transport.FlushAsync(CancellationToken.None);
            }
            while (flush.IsCompletedSuccessfully);
            transport.Abort();
            await flush;
            var read = await transport.Input.ReadAsync(CancellationToken.None);
            ended.SetResult(read.IsCompleted);
        };
        using var raw = await _host.ConnectAsync(Handshake);
        (await ended.Task.WaitAsync(Patience)).Should().BeTrue();
    }

    [Fact]
    public async Task A_client_that_sends_more_than_is_read_is_held_up_and_can_still_be_closed()
    {
        var flooded = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        _host.Runner.Script = async (transport, _) =>
        {
            await flooded.Task;
            await transport.CloseAsync(CloseReason.ProtocolError, CancellationToken.None);
            closed.SetResult();
        };
        using var raw = await OpenAsync();
        for (var sent = 0; sent < 20; sent++)
            await raw.SendAsync(ClientFrames.Text(new string('x', 10_000)));
        flooded.SetResult();
        (await raw.ReadAsync(4))[..2].Should().Equal(0x88, (byte)(2 + "protocol error".Length));
        await raw.SendAsync(ClientFrames.Close(1002));
        await closed.Task.WaitAsync(Patience);
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    private static ValueTask SendAsync(ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, Deadline());

    private static async Task<string> ReceiveAsync(ClientWebSocket client)
    {
        var message = new MemoryStream();
        var buffer = new byte[4096];
        WebSocketReceiveResult result;
        do
        {
            result = await client.ReceiveAsync(buffer, Deadline());
            message.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);
        return Encoding.UTF8.GetString(message.ToArray());
    }

    private async Task<ClientWebSocket> ConnectAsync(string path)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_host.Port}{path}"), Deadline());
        return client;
    }

    private async Task<RawClient> OpenAsync()
    {
        var raw = await _host.ConnectAsync(Handshake);
        await raw.ReadToAsync("\r\n\r\n");
        return raw;
    }
}
