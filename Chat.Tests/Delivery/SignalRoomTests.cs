using System.Text;
using System.Text.Json;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Delivery;

public sealed class SignalRoomTests : IDisposable
{
    private static readonly RoomId Room = RoomId.Parse("42");
    private static readonly UserId Alice = UserId.Parse("alice");
    private static readonly UserId Bob = UserId.Parse("bob");
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SignalRoom _room;
    private readonly Viewer _viewer = new();

    public SignalRoomTests()
    {
        _room = new SignalRoom(Room, _time);
        _room.Add(Listen(_viewer));
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public void What_comes_at_one_moment_goes_out_in_one_message_with_the_last_of_each_user_and_kind()
    {
        _room.OnSignal(new ReadPositionSignal(Room, Alice, 17));
        _room.OnSignal(new ReadPositionSignal(Room, Alice, 18));
        _room.OnSignal(new ReadPositionSignal(Room, Bob, 3));
        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _viewer.Messages.Should().BeEmpty();

        _time.Advance(Soon);

        _viewer.Messages.Should().Equal(
            """[{"signal":"read","roomId":"42","userId":"alice","seq":18},{"signal":"read","roomId":"42","userId":"bob","seq":3},{"signal":"typing","roomId":"42","userId":"alice","on":true}]""");
    }

    [Fact]
    public void Who_typed_and_says_nothing_more_has_stopped_after_six_seconds()
    {
        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _time.Advance(TimeSpan.FromSeconds(5));
        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _time.Advance(TimeSpan.FromSeconds(5.9));
        _viewer.Signals.Should().NotContain(signal => !signal.GetProperty("on").GetBoolean());

        _time.Advance(TimeSpan.FromSeconds(0.2));

        _viewer.Signals[^1].GetProperty("on").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public void Who_says_to_have_stopped_is_told_once()
    {
        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _time.Advance(Soon);
        _room.OnSignal(new TypingSignal(Room, Alice, On: false));
        _time.Advance(Soon);
        _room.OnSignal(new TypingSignal(Room, Alice, On: false));
        _time.Advance(TimeSpan.FromSeconds(10));

        _viewer.Signals.Select(signal => signal.GetProperty("on").GetBoolean()).Should().Equal(true, false);
    }

    [Fact]
    public void With_more_than_two_hundred_who_look_nobody_is_told()
    {
        var others = Enumerable.Range(0, SignalRoom.MostListeners).Select(_ => Listen(new Viewer())).ToList();
        others.ForEach(_room.Add);
        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _time.Advance(Soon);
        _viewer.Messages.Should().BeEmpty();

        _room.Remove(others[0]);
        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _time.Advance(Soon);

        _viewer.Messages.Should().ContainSingle();
    }

    [Fact]
    public void Whose_membership_ends_hears_nothing_more()
    {
        var viewer = new Viewer();
        var listener = Listen(viewer);
        _room.Add(listener);
        listener.OnEvent(new FeedEvent(new PublishedEvent(Room, 5, MemberRemoved.EventName, "{}"u8.ToArray()) { Subject = Viewer.User }));

        _room.OnSignal(new TypingSignal(Room, Alice, On: true));
        _time.Advance(Soon);

        viewer.Messages.Should().BeEmpty();
    }

    private static SignalListener Listen(Viewer viewer) => new(owner: null!, new RoomFeed(Room), viewer, joinedSeq: 1, "MESSAGE\ndestination:/topic/rooms/42/signals\n"u8.ToArray());

    /// <summary>A client that keeps what it is told.</summary>
    private sealed class Viewer : ISubscriber
    {
        public static readonly UserId User = UserId.Parse("viewer");

        public List<string> Messages { get; } = [];

        public IReadOnlyList<JsonElement> Signals => [.. Messages.SelectMany(message => JsonElement.Parse(message).EnumerateArray())];

        public UserId UserId => User;

        public StompVersion Version => StompVersion.V12;

        public void OfferSignal(in OutboundFrame frame)
        {
            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            Messages.Add(TestFrame.Parse(Encoding.UTF8.GetString(octets).TrimEnd('\0')).Body);
        }

        public void Offer(in OutboundFrame frame) => throw new NotSupportedException("Signals are dropped first.");

        public ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken) => throw new NotSupportedException("Signals do not wait.");
    }
}
