using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stomp.Gateway.Diagnostics;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>Whoever sends what is no text over SockJS is not left alone with it.</summary>
public sealed class SockJsLossTests : IAsyncLifetime, IDisposable
{
    private const int LossEvent = 2103;

    private readonly ConcurrentQueue<(long Count, object? Transport)> _counted = [];
    private readonly MeterListener _listener = new();
    private TransportHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await TransportHost.StartAsync();
        // Two that are no text, in one flush; then one that is text, whatever its sender calls it, and half a pair that a page may well have sent.
        _host.Runner.Script = async (transport, _) =>
        {
            transport.Write(new OutboundFrame("MESSAGE\n\n"u8.ToArray(), new byte[] { 0xFF, 0 }, IsText: false));
            transport.Write(new OutboundFrame("MESSAGE\n\n"u8.ToArray(), new byte[] { 0xC3, 0 }, IsText: false));
            transport.Write(new OutboundFrame("MESSAGE\n\n"u8.ToArray(), "é\0"u8.ToArray(), IsText: false));
            transport.Write(new OutboundFrame("MESSAGE\n\n"u8.ToArray(), new byte[] { 0xED, 0xA0, 0x80, 0 }, IsText: false));
            transport.Write(new OutboundFrame("MESSAGE\n\n\0"u8.ToArray(), default));
            await transport.FlushAsync(CancellationToken.None);
            await transport.CloseAsync(CloseReason.Normal, CancellationToken.None);
        };
        var meters = _host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GatewayMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (instrument.Name == "chatstomp.sockjs.frames.garbled") _counted.Enqueue((count, tags[0].Value));
        });
        _listener.Start();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Each_frame_that_lost_octets_is_counted_and_each_connections_first_is_told()
    {
        await PollAsync("one");
        Warnings().Should().ContainSingle().Which.Should().Contain("xhr").And.Contain("base64");
        await PollAsync("two");

        _counted.Should().Equal((1, "xhr"), (1, "xhr"), (1, "xhr"), (1, "xhr"));
        Warnings().Should().HaveCount(2);
    }

    [Fact]
    public async Task Over_a_WebSocket_with_SockJS_framing_too()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_host.Port}/ws/000/s/websocket"), deadline.Token);
        while ((await client.ReceiveAsync(new byte[4096], deadline.Token)).MessageType is not WebSocketMessageType.Close)
        {
            // What is lost is counted before it goes out.
        }

        _counted.Should().Equal((1, "sockjs_websocket"), (1, "sockjs_websocket"));
        Warnings().Should().ContainSingle().Which.Should().Contain("sockjs_websocket");
    }

    [Fact]
    public async Task A_plain_WebSocket_loses_nothing()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_host.Port}/ws/websocket"), deadline.Token);
        var first = await client.ReceiveAsync(new byte[4096], deadline.Token);

        first.Should().Match<WebSocketReceiveResult>(r => r.MessageType == WebSocketMessageType.Binary && r.Count == 11);
        _counted.Should().BeEmpty();
        Warnings().Should().BeEmpty();
    }

    private async Task PollAsync(string session)
    {
        (await _host.PostAsync($"/ws/000/{session}/xhr")).Should().Be("o\n");

        // A poll takes what is there when it looks, which need not be everything yet.
        var polled = "";
        while (!polled.Contains("c[", StringComparison.Ordinal)) polled += await _host.PostAsync($"/ws/000/{session}/xhr");
        polled.Should().StartWith("a[\"MESSAGE\\n\\n\\ufffd\\u0000\"");
    }

    private IEnumerable<string> Warnings() => _host.Log.Lines.Where(line => line is { Level: LogLevel.Warning, Event: LossEvent }).Select(line => line.Text);
}
