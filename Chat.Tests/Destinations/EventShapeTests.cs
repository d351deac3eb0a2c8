using System.Text;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.Aliases;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Destinations;

/// <summary>What a room's events look like by an alias.</summary>
public sealed class EventShapeTests
{
    private static readonly RoomId Tea = RoomId.Parse("tea");
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly UserProfile Alice = new(UserId.Parse("alice"), "앨리스 \"A\"", AvatarUrl: null);
    private static readonly PublishedEvent Said = Publish(new MessageCreated(new Message
    {
        Id = MessageId.New(Noon),
        RoomId = Tea,
        Seq = 2,
        Rev = 2,
        Ordinal = 1,
        Type = MessageType.Text,
        Sender = Alice,
        Text = "a < b & \"c\"\n",
        CreatedAt = Noon,
        ClientMessageId = null,
    }));

    private static readonly PublishedEvent Joined = Publish(new MemberJoined(Tea, 1, Noon, AliceAsMember()));
    private static readonly PublishedEvent Left = Publish(new MemberLeft(Tea, 3, Noon, AliceAsMember()));

    [Fact]
    public void Fields_are_values_of_ours_as_they_are_or_text_of_their_own()
    {
        var shape = ShapeOf("""
            { "message": "text", "sender": "sender.name", "who": "sender", "avatar": "sender.avatarUrl", "time": "createdAt", "at": "at", "number": "seq", "room": "roomId",
              "mentions": "mentions", "same": "message.text", "type": "='TALK'", "empty": "=''", "line": "='{sender.name}: {text} ({sender.avatarUrl}{seq})'" }
            """);

        var json = System.Text.Json.JsonElement.Parse(shape.Reshape(Said)!.Value.Span);
        System.Text.Json.JsonElement.DeepEquals(json, System.Text.Json.JsonElement.Parse("""
            { "message": "a < b & \"c\"\n", "sender": "앨리스 \"A\"", "who": {"id":"alice","name":"앨리스 \"A\"","avatarUrl":null}, "avatar": null, "time": "2026-11-22T12:00:00.123Z",
              "at": "2026-11-22T12:00:00.123Z", "number": 2, "room": "tea", "mentions": [], "same": "a < b & \"c\"\n", "type": "TALK", "empty": "",
              "line": "앨리스 \"A\": a < b & \"c\"\n (2)" }
            """)).Should().BeTrue("it was {0}", json);
    }

    [Fact]
    public void Only_what_has_fields_is_shown()
    {
        var shape = ShapeOf("{}", """{ "member.left": { "gone": "member.name", "id": "userId" } }""");

        shape.Reshape(Said).Should().BeNull();
        shape.Reshape(Joined).Should().BeNull();
        Text(shape.Reshape(Left)).Should().Be("""{"gone":"앨리스 \"A\"","id":"alice"}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    public void What_is_no_JSON_is_not_shown_and_harms_nobody(string body)
    {
        ShapeOf("""{ "message": "text" }""").Reshape(Said with { Body = Encoding.UTF8.GetBytes(body) }).Should().BeNull();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"message":7}""")]
    [InlineData("""{"message":{"text":null}}""")]
    public void What_an_event_does_not_have_is_null(string body)
    {
        Text(ShapeOf("""{ "message": "text", "note": "='<{text}>'" }""").Reshape(Said with { Body = Encoding.UTF8.GetBytes(body) })).Should().Be("""{"message":null,"note":"<>"}""");
    }

    [Fact]
    public void The_profile_of_sub_and_pub_shows_what_is_said_and_who_comes()
    {
        var shape = ShapeOf(Aliases.Profile("spring-sub-pub"), "/sub/chat/room/tea");

        Text(shape.Reshape(Said)).Should().Be("""{"message":"a < b & \"c\"\n","roomId":"tea","sender":"앨리스 \"A\"","time":"2026-11-22T12:00:00.123Z","type":"TALK"}""");
        Text(shape.Reshape(Joined)).Should().Be("""{"message":"앨리스 \"A\" has entered the room.","roomId":"tea","sender":"앨리스 \"A\"","time":"2026-11-22T12:00:00.123Z","type":"ENTER"}""");
        shape.Reshape(Left).Should().BeNull();
    }

    [Fact]
    public void The_profile_of_topic_and_app_shows_what_is_said_who_comes_and_who_goes()
    {
        var shape = ShapeOf(Aliases.Profile("spring-topic-app"), "/topic/public");

        Text(shape.Reshape(Said)).Should().Be("""{"content":"a < b & \"c\"\n","sender":"앨리스 \"A\"","type":"CHAT"}""");
        Text(shape.Reshape(Joined)).Should().Be("""{"sender":"앨리스 \"A\"","type":"JOIN"}""");
        Text(shape.Reshape(Left)).Should().Be("""{"sender":"앨리스 \"A\"","type":"LEAVE"}""");
    }

    [Fact]
    public void An_event_is_reshaped_once_however_many_get_it()
    {
        var shape = new CountingShape();
        var head = new MessageHead("MESSAGE\n"u8.ToArray(), AsksForAck: false, shape);
        var next = new FeedEvent(Said);

        var tails = Enumerable.Range(0, 3).Select(_ => next.TailFor(head)).ToList();

        tails.Should().AllSatisfy(tail => tail.Equals(tails[0]).Should().BeTrue("the octets are shared"));
        Text(tails[0]).Should().StartWith("message-id:tea-2\n").And.EndWith("\nseq:2\n\n[1]\0");
        Text(next.TailFor(head with { Shape = new CountingShape() })).Should().EndWith("\n\n[1]\0", "another shape has its own");
        Text(next.TailFor(head with { Shape = null })).Should().EndWith($"\n\n{Text(Said.Body)}\0");
        Text(next.TailFor(head with { AsksForAck = true })).Should().StartWith("message-id:tea-2\nack:tea-2\n");
    }

    [Fact]
    public void Who_is_not_shown_an_event_goes_on_behind_it()
    {
        var (feed, subscriber) = (new RoomFeed(Tea), new Client());
        feed.Start(0);
        var head = new MessageHead("MESSAGE\n"u8.ToArray(), AsksForAck: false, ShapeOf("""{ "message": "text" }"""));
        var subscription = new RoomSubscription(feeds: null!, feed, subscriber, head, seen: 0);
        feed.TryAdd(subscription, 0);

        feed.Offer(Joined);
        subscription.Seen.Should().Be(1);
        subscriber.Frames.Should().BeEmpty();
        feed.Offer(Said);
        subscription.Seen.Should().Be(2);
        subscriber.Frames.Should().ContainSingle().Which.Should().EndWith("\n\n{\"message\":\"a < b & \\\"c\\\"\\n\"}\0");
        // Whoever leaves hears nothing after it, also when the leaving itself is not shown.
        feed.Offer(Left);
        subscription.Ended.Should().BeTrue();
    }

    [Fact]
    public void All_kinds_of_events_have_their_names_in_the_list()
    {
        var kinds = typeof(RoomEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(RoomEvent)) && !t.IsAbstract);

        RoomEvent.Names.Should().BeEquivalentTo(kinds.Select(t => (string)t.GetField("EventName")!.GetRawConstantValue()!));
    }

    private static IEventShape ShapeOf(string fields, string events = "{}") =>
        ShapeOf(Aliases.Table($$"""[{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": {{fields}}, "Events": {{events}} }]"""), "/sub/tea");

    private static IEventShape ShapeOf(AliasTable table, string destination) => table.Apply(Destination.Parse(destination)).Value.View!.Shape!;

    private static string? Text(ReadOnlyMemory<byte>? octets) => octets is { } some ? Encoding.UTF8.GetString(some.Span) : null;

    private static PublishedEvent Publish(RoomEvent roomEvent) => new JsonEventEncoder().Encode(roomEvent);

    private static Member AliceAsMember() => new(
        new Membership { RoomId = Tea, UserId = Alice.Id, Role = MemberRole.Member, JoinedAt = Noon, JoinedSeq = 1, LastReadSeq = 1, ReadCount = 0 }, Alice);

    private sealed class Client : ISubscriber
    {
        public List<string> Frames { get; } = [];

        public UserId UserId => Alice.Id;

        public StompVersion Version => StompVersion.V12;

        public void Offer(in OutboundFrame frame) => Frames.Add($"{Text(frame.Head)}{Text(frame.Tail)}");

        public void OfferSignal(in OutboundFrame frame) => Offer(frame);

        public ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken)
        {
            Offer(frame);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class CountingShape : IEventShape
    {
        private int _times;

        public ReadOnlyMemory<byte>? Reshape(PublishedEvent published) => Encoding.UTF8.GetBytes($"[{++_times}]");
    }
}
