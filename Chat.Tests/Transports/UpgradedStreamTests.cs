using System.Net;
using System.Net.Sockets;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>What is written past Kestrel, with a client at the other end of a real socket.</summary>
public sealed class UpgradedStreamTests : IDisposable
{
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly MemoryStream _kestrel = new();
    private readonly Socket _server;
    private readonly UpgradedStream _stream;

    public UpgradedStreamTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _server = listener.Accept();
        _stream = new UpgradedStream(_kestrel, _server);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _kestrel.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Until_the_client_is_heard_what_is_written_goes_by_way_of_Kestrel()
    {
        await _stream.WriteAsync("a"u8.ToArray());
        _stream.TrySend("b"u8).Should().Be(0);

        _kestrel.ToArray().Should().Equal("a"u8.ToArray());
        _client.Available.Should().Be(0);
    }

    [Fact]
    public async Task From_then_on_it_goes_to_the_socket()
    {
        await HearAsync();

        await _stream.WriteAsync("a"u8.ToArray());
        _stream.TrySend("b"u8).Should().Be(1);

        (await ReceiveAsync(2)).Should().Equal("ab"u8.ToArray());
    }

    [Fact]
    public async Task What_the_system_has_no_room_for_waits_for_it_and_comes_whole()
    {
        await HearAsync();
        var octets = new byte[32 * 1024 * 1024];
        new Random(1).NextBytes(octets);

        var writing = _stream.WriteAsync(octets);
        writing.IsCompleted.Should().BeFalse("nobody has read yet");
        _stream.TrySend("x"u8).Should().Be(0, "that would stand in the middle");

        (await ReceiveAsync(octets.Length)).AsSpan().SequenceEqual(octets).Should().BeTrue();
        await writing.AsTask().WaitAsync(Patience);
        _stream.TrySend("y"u8).Should().Be(1);
    }

    [Fact]
    public async Task Behind_a_write_that_was_given_up_nothing_is_sent()
    {
        await HearAsync();
        using var giveUp = new CancellationTokenSource();
        var writing = _stream.WriteAsync(new byte[32 * 1024 * 1024], giveUp.Token).AsTask();

        await giveUp.CancelAsync();

        await FluentActions.Awaiting(() => writing).Should().ThrowAsync<OperationCanceledException>();
        _stream.TrySend("x"u8).Should().Be(0);
        await FluentActions.Awaiting(() => _stream.WriteAsync("x"u8.ToArray()).AsTask()).Should().ThrowAsync<IOException>();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_connection_that_is_gone_fails_as_a_stream_does(bool isOurs)
    {
        await HearAsync();
        var writing = _stream.WriteAsync(new byte[32 * 1024 * 1024]).AsTask();

        if (isOurs)
        {
            _server.Dispose();
        }
        else
        {
            _client.LingerState = new LingerOption(enable: true, seconds: 0);
            _client.Dispose();
        }

        await FluentActions.Awaiting(() => writing.WaitAsync(Patience)).Should().ThrowAsync<IOException>();
        await FluentActions.Awaiting(() => _stream.WriteAsync("x"u8.ToArray()).AsTask().WaitAsync(Patience)).Should().ThrowAsync<IOException>();
    }

    private async Task HearAsync()
    {
        _kestrel.Write("heard"u8);
        _kestrel.Position = 0;
        (await _stream.ReadAsync(new byte[16])).Should().Be(5);
    }

    private async Task<byte[]> ReceiveAsync(int count)
    {
        var received = new byte[count];
        using var limit = new CancellationTokenSource(Patience);
        for (var at = 0; at < count;) at += await _client.ReceiveAsync(received.AsMemory(at), limit.Token);
        return received;
    }
}
