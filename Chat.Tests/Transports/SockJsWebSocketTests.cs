using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Transports;

public sealed class SockJsWebSocketTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private TransportHost _host = null!;

    public async Task InitializeAsync() => _host = await TransportHost.StartAsync(options => options.MessageBytes = 100_000, _clock);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task It_opens_and_brings_messages_in_arrays()
    {
        using var client = await OpenAsync();
        await SendAsync(client, "[\"a\",\"b\"]");
        (await ReceiveAsync(client)).Should().Be("a[\"ab\"]");
        await SendAsync(client, "\"one alone\"");
        (await ReceiveAsync(client)).Should().Be("a[\"one alone\"]");
    }

    [Fact]
    public async Task Empty_messages_are_ignored()
    {
        using var client = await OpenAsync();
        await SendAsync(client, "");
        await SendAsync(client, "[]");
        await SendAsync(client, "[\"x\"]");
        (await ReceiveAsync(client)).Should().Be("a[\"x\"]");
    }

    [Fact]
    public async Task A_message_in_fragments_is_one_message()
    {
        using var client = await OpenAsync();
        await client.SendAsync("[\"a"u8.ToArray().AsMemory(), WebSocketMessageType.Text, endOfMessage: false, Deadline());
        await client.SendAsync("b\"]"u8.ToArray().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, Deadline());
        (await ReceiveAsync(client)).Should().Be("a[\"ab\"]");
    }

    [Fact]
    public async Task The_close_is_told_in_a_frame_and_then_by_the_socket()
    {
        using var client = await OpenAsync();
        await SendAsync(client, "[\"bye\"]");
        (await ReceiveAsync(client)).Should().Be("c[3000,\"Go away!\"]");
        (await client.ReceiveAsync(new byte[1], Deadline())).MessageType.Should().Be(WebSocketMessageType.Close);
        ((int)client.CloseStatus!).Should().Be(3000);
    }

    [Theory]
    [InlineData("[\"x")]
    [InlineData("{}")]
    [InlineData("x")]
    public async Task Broken_JSON_closes_without_a_frame(string message)
    {
        using var client = await OpenAsync();
        await SendAsync(client, message);
        (await client.ReceiveAsync(new byte[16], Deadline())).MessageType.Should().Be(WebSocketMessageType.Close);
        client.CloseStatusDescription.Should().Be("Broken framing.");
        (await _host.Runner.Ended).Should().StartWith("SockJS");
    }

    [Fact]
    public async Task A_message_that_is_too_big_is_refused_before_it_is_complete()
    {
        using var client = await OpenAsync();
        await client.SendAsync(new byte[100_001].AsMemory(), WebSocketMessageType.Text, endOfMessage: false, Deadline());
        (await client.ReceiveAsync(new byte[16], Deadline())).MessageType.Should().Be(WebSocketMessageType.Close);
        client.CloseStatus.Should().Be(WebSocketCloseStatus.MessageTooBig);
    }

    [Fact]
    public async Task Two_sockets_with_the_name_of_one_session_are_two_sessions()
    {
        using var first = await OpenAsync();
        using var second = await OpenAsync();
        await SendAsync(second, "[\"2\"]");
        await SendAsync(first, "[\"1\"]");
        (await ReceiveAsync(first)).Should().Be("a[\"1\"]");
        (await ReceiveAsync(second)).Should().Be("a[\"2\"]");
        using var polled = await _host.SendAsync(HttpMethod.Post, "/ws/000/session/xhr_send", "[\"x\"]");
        polled.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_client_hears_h_after_25_silent_seconds_and_not_before()
    {
        using var client = await OpenAsync();
        await SendAsync(client, "[\"x\"]");
        (await ReceiveAsync(client)).Should().Be("a[\"x\"]");
        _clock.Advance(TimeSpan.FromSeconds(24));
        await SendAsync(client, "[\"y\"]");
        (await ReceiveAsync(client)).Should().Be("a[\"y\"]", "what was sent puts the heart-beat off");
        (await TransportHost.WhileTimePassesAsync(_clock, ReceiveAsync(client))).Should().Be("h");
    }

    [Fact]
    public async Task A_client_that_closes_ends_its_connection()
    {
        using var client = await OpenAsync();
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
        (await _host.Runner.Ended).Should().Be("gone");
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    private static ValueTask SendAsync(ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, Deadline());

    private static async Task<string> ReceiveAsync(ClientWebSocket client)
    {
        var buffer = new byte[4096];
        var result = await client.ReceiveAsync(buffer, Deadline());
        result.EndOfMessage.Should().BeTrue();
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    private async Task<ClientWebSocket> OpenAsync()
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_host.Port}/ws/000/session/websocket"), Deadline());
        (await ReceiveAsync(client)).Should().Be("o");
        return client;
    }
}
