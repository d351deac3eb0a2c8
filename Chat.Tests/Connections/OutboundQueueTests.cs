using System.IO.Pipelines;
using System.Text;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Connections;

/// <summary>What waits to be sent to one client, and what happens when it does not take it.</summary>
public sealed class OutboundQueueTests
{
    private int _slow;

    [Fact]
    public async Task What_is_offered_is_sent_in_order_and_what_gathers_goes_in_one_flush()
    {
        var queue = new OutboundQueue(1000, OnSlow);
        var transport = new HeldTransport();
        foreach (var text in "abcde") queue.Offer(Frame($"{text}")).Should().BeTrue();

        var running = queue.RunAsync(transport, CancellationToken.None);
        queue.Complete();
        transport.LetGo();
        await running.WaitAsync(Patience);

        transport.Sent.Should().Equal("abcde");
        _slow.Should().Be(0);
    }

    [Fact]
    public void More_than_the_budget_makes_it_slow_once_and_takes_nothing_more()
    {
        var queue = new OutboundQueue(100, OnSlow);
        queue.Offer(Frame(new string('a', 50))).Should().BeTrue();
        queue.Offer(Frame(new string('a', 20))).Should().BeTrue();

        queue.Offer(Frame(new string('b', 31))).Should().BeFalse();
        queue.Offer(Frame("c")).Should().BeFalse();

        _slow.Should().Be(1);
    }

    [Fact]
    public void A_frame_larger_than_the_whole_budget_takes_half_of_it()
    {
        var queue = new OutboundQueue(100, OnSlow);
        queue.Offer(Frame(new string('a', 30))).Should().BeTrue();

        queue.Offer(Frame(new string('b', 500))).Should().BeTrue();
        queue.Offer(Frame(new string('c', 20))).Should().BeTrue();

        _slow.Should().Be(0);
        queue.Offer(Frame("d")).Should().BeFalse();
        _slow.Should().Be(1);
    }

    [Fact]
    public async Task A_frame_larger_than_the_whole_budget_gives_back_what_it_took()
    {
        var queue = new OutboundQueue(100, OnSlow);
        var transport = new HeldTransport();
        queue.Offer(Frame(new string('a', 500)));
        queue.Offer(Frame("b"));
        var room = queue.WaitForRoomAsync(CancellationToken.None).AsTask();
        var running = queue.RunAsync(transport, CancellationToken.None);
        transport.LetGo();

        await room.WaitAsync(Patience);

        transport.Hold();
        queue.Offer(Frame(new string('c', 50))).Should().BeTrue();
        queue.Offer(Frame(new string('d', 50))).Should().BeTrue();
        queue.Offer(Frame("e")).Should().BeFalse();
        transport.LetGo();
        await running.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_queue_that_is_half_full_drops_signals_first()
    {
        var queue = new OutboundQueue(100, OnSlow);
        var transport = new HeldTransport();
        queue.OfferSignal(Frame(new string('a', 50)));
        queue.OfferSignal(Frame("b"));
        queue.Offer(Frame(new string('c', 50))).Should().BeTrue();

        transport.LetGo();
        queue.Complete();
        await queue.RunAsync(transport, CancellationToken.None).WaitAsync(Patience);

        _slow.Should().Be(0);
        transport.Sent.Should().Equal(new string('a', 50) + new string('c', 50));
    }

    [Fact]
    public void Without_a_budget_nobody_is_slow()
    {
        var queue = new OutboundQueue(0, OnSlow);

        for (var i = 0; i < 1000; i++) queue.Offer(Frame(new string('a', 10_000))).Should().BeTrue();

        _slow.Should().Be(0);
    }

    [Fact]
    public async Task What_the_transport_has_not_taken_still_counts()
    {
        var queue = new OutboundQueue(100, OnSlow);
        var transport = new HeldTransport();
        queue.Offer(Frame(new string('a', 40)));
        queue.Offer(Frame(new string('a', 40)));
        using var stop = new CancellationTokenSource();
        var running = queue.RunAsync(transport, stop.Token);
        await transport.Flushing.WaitAsync(Patience);

        queue.FlushingSince.Should().BePositive();
        queue.Offer(Frame(new string('b', 30))).Should().BeFalse();

        _slow.Should().Be(1);
        await stop.CancelAsync();
        await FluentActions.Awaiting(() => running.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_replay_waits_until_half_of_the_budget_is_free()
    {
        var queue = new OutboundQueue(100, OnSlow);
        var transport = new HeldTransport();
        queue.Offer(Frame(new string('a', 50)));
        queue.Offer(Frame("a"));

        var waiting = queue.WaitForRoomAsync(CancellationToken.None).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        var running = queue.RunAsync(transport, CancellationToken.None);
        transport.LetGo();

        await waiting.WaitAsync(Patience);
        queue.Complete();
        await running.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_replay_that_waits_is_ended_when_the_queue_closes()
    {
        var queue = new OutboundQueue(100, OnSlow);
        queue.Offer(Frame(new string('a', 50)));
        queue.Offer(Frame(new string('a', 30)));
        var waiting = queue.WaitForRoomAsync(CancellationToken.None).AsTask();

        queue.Complete();

        await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        queue.Offer(Frame("b")).Should().BeFalse();
    }

    private static OutboundFrame Frame(string text) => new(Encoding.UTF8.GetBytes(text), default);

    private void OnSlow() => _slow++;

    /// <summary>A transport whose flushes end when the test says so.</summary>
    private sealed class HeldTransport : ITransport
    {
        private readonly TaskCompletionSource _flushing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StringBuilder _batch = new();

        public List<string> Sent { get; } = [];

        public Task Flushing => _flushing.Task;

        public PipeReader Input => throw new NotSupportedException("The queue only writes.");

        public string Name => "held";

        /// <summary>Holds what is flushed from now on.</summary>
        public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void LetGo() => _gate.TrySetResult();

        public void Write(in OutboundFrame frame)
        {
            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            _batch.Append(Encoding.UTF8.GetString(octets));
        }

        public async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            _flushing.TrySetResult();
            await _gate.Task.WaitAsync(cancellationToken);
            Sent.Add(_batch.ToString());
            _batch.Clear();
        }

        public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken) => throw new NotSupportedException("The queue only writes.");

        public void Abort() => throw new NotSupportedException("The queue only writes.");
    }
}
