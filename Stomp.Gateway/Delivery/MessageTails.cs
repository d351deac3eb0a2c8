using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Delivery;

/// <summary>What follows a subscription's own headers in its MESSAGE frames: the message id and the JSON, made once however many get it.</summary>
internal static class MessageTails
{
    /// <summary>The ids of messages that are no durable events: unique for this process.</summary>
    private static readonly string Prefix = Guid.NewGuid().ToString("N")[..12];
    private static long _counter;

    /// <summary>A durable event, by its body as it was published or in another shape. Its message id is the room's id and the event's number.</summary>
    public static ReadOnlyMemory<byte> OfEvent(PublishedEvent published, ReadOnlySpan<byte> body, bool withAck) =>
        Write($"{published.RoomId}-{published.Seq}", published.Seq, body, withAck);

    public static ReadOnlyMemory<byte> OfReset(Room room) =>
        Write(new ResetJson("room.reset", room.Id.Value, room.Epoch, room.HeadSeq), WireJson.Wire.ResetJson);

    public static ReadOnlyMemory<byte> OfListedMessage(PublishedEvent published, long unreadCount, int mentionCount) => OfChange(
        new RoomChangeJson("message", published.RoomId.Value) { UnreadCount = unreadCount, MentionCount = mentionCount, Event = published.Body });

    public static ReadOnlyMemory<byte> OfRead(RoomId room, long lastReadSeq, long unreadCount, int mentionCount) => OfChange(
        new RoomChangeJson("read", room.Value) { LastReadSeq = lastReadSeq, UnreadCount = unreadCount, MentionCount = mentionCount });

    public static ReadOnlyMemory<byte> OfRoomJoined(RoomListing listing) => OfChange(
        new RoomChangeJson("joined", listing.Room.Id.Value) { Room = RoomJson.Of(listing) });

    public static ReadOnlyMemory<byte> OfRoomUpdated(RoomListing listing) => OfChange(
        new RoomChangeJson("updated", listing.Room.Id.Value) { Room = RoomJson.Of(listing) });

    public static ReadOnlyMemory<byte> OfRoomSettings(PublishedEvent published) => OfChange(
        new RoomChangeJson("updated", published.RoomId.Value) { Event = published.Body });

    public static ReadOnlyMemory<byte> OfRoomRemoved(RoomId room) => OfChange(new RoomChangeJson("removed", room.Value));

    public static ReadOnlyMemory<byte> OfRoomList(IReadOnlyList<RoomListing> listings, int pageSize) =>
        Write(Lists.OfRooms(listings, pageSize), WireJson.Wire.ListJsonRoomJson);

    public static ReadOnlyMemory<byte> OfRoomSnapshot(
        RoomListing listing, IReadOnlyList<PresentMember> members, IReadOnlyList<Message> pins, IReadOnlyList<Message> messages) => Write(
        new RoomSnapshotJson(
            RoomJson.Of(listing), [.. members.Select(MemberJson.Of)], [.. pins.Select(MessageJson.Of)], [.. messages.Select(MessageJson.Of)], listing.Room.HeadSeq, listing.Room.Epoch),
        WireJson.Wire.RoomSnapshotJson);

    public static ReadOnlyMemory<byte> OfSignals(IEnumerable<RoomSignal> signals) => Write([.. signals.Select(SignalJson.Of)], WireJson.Wire.IReadOnlyListSignalJson);

    public static ReadOnlyMemory<byte> OfRefusal(Refusal refusal, string destination, string? receipt, string? clientMessageId) =>
        Write(RefusalJson.Of(refusal, destination, receipt, clientMessageId), WireJson.Wire.RefusalJson);

    public static ReadOnlyMemory<byte> OfSessionExpiring(DateTimeOffset expiresAt) =>
        Write(new SessionExpiringJson("session.expiring", expiresAt), WireJson.Wire.SessionExpiringJson);

    public static ReadOnlyMemory<byte> OfNotice(Notice notice) => Write(NoticeJson.Of(notice), WireJson.Wire.NoticeJson);

    private static ReadOnlyMemory<byte> OfChange(RoomChangeJson change) => Write(change, WireJson.Wire.RoomChangeJson);

    private static ReadOnlyMemory<byte> Write<T>(T value, JsonTypeInfo<T> type) =>
        Write($"{Prefix}-{Interlocked.Increment(ref _counter)}", seq: null, JsonSerializer.SerializeToUtf8Bytes(value, type));

    private static ReadOnlyMemory<byte> Write(string messageId, long? seq, ReadOnlySpan<byte> json, bool withAck = false)
    {
        var writer = new ArrayBufferWriter<byte>(json.Length + 192);
        FrameWriter.WriteMessageTail(writer, messageId, seq, json, withAck);
        return writer.WrittenMemory;
    }
}
