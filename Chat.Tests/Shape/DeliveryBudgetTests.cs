using System.Text;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Support;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Shape;

/// <summary>What the delivery of an event takes of the heap, from the room's feed to the stream below the WebSocket. The test's thread does all the work.</summary>
public sealed class DeliveryBudgetTests : IAsyncDisposable
{
    private const int Members = 300;

    /// <summary>An event's own share, once however many get it: its tail of 800 octets and what makes it.</summary>
    private const int MostPerEvent = 4 * 1024;

    private readonly Queue<IThreadPoolWorkItem> _workers = [];
    private readonly Writers _writers;
    private readonly List<Member> _members = [];
    private readonly RoomFeed _feed = new(RoomId.Parse("r1"));
    private readonly ReadOnlyMemory<byte> _body = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('x', 600)}\"}}");
    private long _seq;

    public DeliveryBudgetTests()
    {
        _writers = new Writers(2, _workers.Enqueue);
        _feed.Start(0);
    }

    [Theory, InlineData(1), InlineData(32)]
    public void A_delivery_takes_nothing(int eventsAtOnce)
    {
        Join(Members);
        var bursts = new Queue<FeedEvent[]>(Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, eventsAtOnce).Select(_ => NextWithTail()).ToArray()));
        for (var i = 0; i < 20; i++) Deliver(bursts.Dequeue());
        var (before, sent) = (_members.Sum(m => m.Octets), 0);

        Allocations.ShouldBeNone(() =>
        {
            Deliver(bursts.Dequeue());
            sent++;
        });

        (_members.Sum(m => m.Octets) - before).Should().BeGreaterThan((long)sent * eventsAtOnce * Members * _body.Length, "it must have been delivered");
    }

    [Fact]
    public void An_event_takes_the_same_for_ten_and_for_thousands()
    {
        Join(10);
        var forTen = LeastOfAnEvent();
        Join(3_000);
        var forThousands = LeastOfAnEvent();

        forTen.Should().BeInRange(_body.Length, MostPerEvent);
        // What differs is the digits of its number.
        forThousands.Should().BeCloseTo(forTen, 64);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members) await member.DisposeAsync();
    }

    private void Join(int count)
    {
        var head = Frames.MessageHead(StompVersion.V12, "sub-0", "/topic/rooms/r1");
        for (var i = 0; i < count; i++)
        {
            var member = new Member(_writers);
            _members.Add(member);
            member.Subscription = new RoomSubscription(null!, _feed, member, new MessageHead(head, AsksForAck: false), _seq);
            _feed.TryAdd(member.Subscription, _seq).Should().BeTrue();
        }
    }

    private PublishedEvent Next() => new(_feed.RoomId, ++_seq, "message.created", _body);

    private FeedEvent NextWithTail()
    {
        var next = new FeedEvent(Next());
        next.Tail.IsEmpty.Should().BeFalse();
        return next;
    }

    private void Deliver(FeedEvent[] events)
    {
        foreach (var next in events)
        {
            foreach (var member in _members) member.Subscription!.OnEvent(next);
        }
        RunAll();
    }

    private long LeastOfAnEvent()
    {
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var next = Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            _feed.Offer(next);
            RunAll();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private void RunAll()
    {
        while (_workers.TryDequeue(out var worker)) worker.Execute();
    }

    /// <summary>A client at the end of a WebSocket that takes everything and says nothing.</summary>
    private sealed class Member : Stream, ISubscriber
    {
        private readonly OutboundQueue _queue;
        private readonly WebSocketTransport _transport;
        private readonly TaskCompletionSource<int> _input = new();
        private readonly Task _writing;

        public Member(Writers writers)
        {
            _queue = new OutboundQueue(1024 * 1024, () => throw new InvalidOperationException("Nobody is slow here."), writers);
            _transport = WebSocketTransport.Start(new WebSocketConnection(this, () => _input.TrySetResult(0)), []);
            _writing = _queue.RunAsync(_transport, CancellationToken.None);
        }

        public RoomSubscription? Subscription { get; set; }

        public long Octets { get; private set; }

        public UserId UserId { get; } = UserId.Parse("bob");

        public StompVersion Version => StompVersion.V12;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Offer(in OutboundFrame frame)
        {
            if (!_queue.Offer(frame)) throw new InvalidOperationException("Nothing is closed here.");
        }

        public void OfferSignal(in OutboundFrame frame) => throw new NotSupportedException();

        public ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_input.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Octets += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            _queue.Complete();
            await _writing;
            await _transport.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
