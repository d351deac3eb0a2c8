using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Diagnostics;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Transports.SockJs;

namespace Chat.Tests.Transports;

/// <summary>A session without HTTP, where every step of the receiver can be held.</summary>
public sealed class SockJsSessionTests : IDisposable
{
    private static readonly OutboundFrame Frame = new("x"u8.ToArray(), default);

    /// <summary>So much that the writer has to wait for a receiver.</summary>
    private static readonly string LargeText = new('x', 16 * 1024);
    private static readonly OutboundFrame LargeFrame = new(Encoding.UTF8.GetBytes(LargeText), default);

    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddLogging().AddSingleton<GatewayMetrics>().AddSingleton<SockJsLosses>().BuildServiceProvider();
    private readonly SockJsSession _session;
    private int _ended;

    public SockJsSessionTests()
    {
        var options = Microsoft.Extensions.Options.Options.Create(new SockJsOptions());
        _session = new SockJsSession("xhr", new ClientOrigin(null, null), _services.GetRequiredService<SockJsLosses>(), options, _clock) { Ended = _ => _ended++ };
        _session.TryAttach(() => { }).Should().BeTrue();
        NextAsync().Result.Should().Be("o");
        _session.Sent();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Little_is_taken_at_once_and_gathers_for_the_next_receiver()
    {
        _session.Detach();
        for (var i = 0; i < 3; i++)
        {
            _session.Write(Frame);
            _session.FlushAsync(CancellationToken.None).AsTask().IsCompleted.Should().BeTrue();
        }
        _session.TryAttach(() => { }).Should().BeTrue();
        (await NextAsync()).Should().Be("a[\"x\",\"x\",\"x\"]");
    }

    [Fact]
    public async Task A_flush_of_much_completes_only_when_a_receiver_has_sent_all_of_it()
    {
        _session.Write(LargeFrame);
        _session.Write(Frame);
        var flush = _session.FlushAsync(CancellationToken.None).AsTask();
        (await NextAsync()).Should().Be($"a[\"{LargeText}\",\"x\"]");
        flush.IsCompleted.Should().BeFalse();
        _session.Sent();
        await flush.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_was_written_without_a_receiver_waits_for_the_next()
    {
        _session.Detach();
        _session.Write(LargeFrame);
        var flush = _session.FlushAsync(CancellationToken.None).AsTask();
        _session.TryAttach(() => { }).Should().BeTrue();
        (await NextAsync()).Should().Be($"a[\"{LargeText}\"]");
        flush.IsCompleted.Should().BeFalse();
        _session.Sent();
        await flush.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_flush_can_be_given_up()
    {
        _session.Write(LargeFrame);
        using var given = new CancellationTokenSource();
        var flush = _session.FlushAsync(given.Token).AsTask();
        await given.CancelAsync();
        await flush.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task The_heart_beat_comes_25_seconds_after_what_was_sent_last()
    {
        _clock.Advance(TimeSpan.FromSeconds(20));
        _session.Write(Frame);
        await NextAsync();
        _session.Sent();
        await ExpectNothingAsync();

        _clock.Advance(TimeSpan.FromSeconds(24.9));
        _session.Sweep();
        await ExpectNothingAsync();
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        _session.Sweep();
        (await NextAsync()).Should().Be("h");
    }

    [Fact]
    public void With_a_receiver_a_silent_session_lives_on()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        _session.Sweep();
        _ended.Should().Be(0);
    }

    [Fact]
    public async Task Without_a_receiver_it_ends_after_five_seconds_and_everyone_who_waits_is_let_go()
    {
        _session.Detach();
        _session.Write(LargeFrame);
        var flush = _session.FlushAsync(CancellationToken.None).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        _session.Sweep();
        _ended.Should().Be(0);

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        _session.Sweep();
        _session.Sweep();
        _ended.Should().Be(1);
        await flush.WaitAsync(Patience);
        (await _session.Input.ReadAsync()).IsCompleted.Should().BeTrue();
        (await _session.NextAsync(CancellationToken.None)).Should().BeNull();
        (await _session.ReceiveAsync("x"u8.ToArray(), CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public async Task A_closed_session_ends_after_five_seconds_however_often_it_is_asked_for()
    {
        await _session.CloseAsync(CloseReason.Normal, CancellationToken.None);
        _session.Detach();
        _clock.Advance(TimeSpan.FromSeconds(3));
        _session.TryAttach(() => { }).Should().BeTrue();
        (await NextAsync()).Should().Be("c[1000,\"\"]");
        _session.Detach();
        _session.Sweep();
        _ended.Should().Be(0);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _session.Sweep();
        _ended.Should().Be(1);
    }

    [Fact]
    public void An_abort_breaks_off_a_receiver_that_is_stuck_in_sending()
    {
        var brokenOff = false;
        _session.Detach();
        _session.TryAttach(() => brokenOff = true);
        _session.Abort();
        brokenOff.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_pending_goes_out_before_the_close_and_nothing_after_it()
    {
        _session.Write(Frame);
        await _session.CloseAsync(CloseReason.ProtocolError, CancellationToken.None);
        _session.Write(Frame);
        _session.Abort();
        (await NextAsync()).Should().Be("a[\"x\"]");
        _session.Sent();
        (await _session.NextAsync(CancellationToken.None))!.Value.IsLast.Should().BeTrue();
        (await _session.Input.ReadAsync()).IsCompleted.Should().BeTrue();
    }

    [Fact]
    public async Task A_request_waits_while_too_much_of_what_came_is_unread()
    {
        var send = _session.ReceiveAsync(new byte[100_000], CancellationToken.None).AsTask();
        send.IsCompleted.Should().BeFalse();
        var read = await _session.Input.ReadAsync();
        read.Buffer.Length.Should().Be(100_000);
        _session.Input.AdvanceTo(read.Buffer.End);
        (await send.WaitAsync(Patience)).Should().BeTrue();
    }

    [Fact]
    public async Task Closing_lets_a_waiting_request_go()
    {
        var send = _session.ReceiveAsync(new byte[100_000], CancellationToken.None).AsTask();
        await _session.CloseAsync(CloseReason.Normal, CancellationToken.None);
        (await send.WaitAsync(Patience)).Should().BeTrue("it was taken before");
        (await _session.ReceiveAsync(new byte[1], CancellationToken.None)).Should().BeFalse();
    }

    /// <summary>A token that has ended lets through what is there already, and nothing else.</summary>
    private async Task ExpectNothingAsync()
    {
        var next = async () => await _session.NextAsync(new CancellationToken(canceled: true));
        await next.Should().ThrowAsync<OperationCanceledException>();
    }

    private async Task<string> NextAsync()
    {
        var delivery = await _session.NextAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
        return Encoding.UTF8.GetString(delivery!.Value.Octets.Span);
    }
}
