using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Events;

namespace Stomp.Gateway.Wire;

/// <summary>A durable event on the wire (docs/protocol.md, Durable events).</summary>
internal sealed record EventJson(string Event, string RoomId, long Seq, DateTimeOffset At)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageJson? Message { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemberJson? Member { get; init; }

    /// <summary>Of a reply, how its thread stands with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ThreadJson? Thread { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RoomSettingsJson? Room { get; init; }
}

/// <summary>How a thread stands.</summary>
internal sealed record ThreadJson(string RootId, int ReplyCount, DateTimeOffset LastReplyAt);

/// <summary>Tells a client that the numbers it has cannot be continued.</summary>
internal sealed record ResetJson(string Event, string RoomId, string Epoch, long HeadSeq);

/// <summary>Gives events the form in which they travel.</summary>
internal sealed class JsonEventEncoder : IEventEncoder
{
    public PublishedEvent Encode(RoomEvent roomEvent)
    {
        var json = new EventJson(roomEvent.Name, roomEvent.RoomId.Value, roomEvent.Seq, roomEvent.At);
        return roomEvent switch
        {
            MessageCreated created => OfMessage(created, json with { Message = MessageJson.Of(created.Message), Thread = ThreadOf(created.Thread) }),
            // The room list shows the newest message and what becomes of it, and of every message whether it mentions the user.
            MessageEdited or MessageDeleted or MessageExpired when (MessageEvent)roomEvent is var changed => OfMessage(changed, json with { Message = MessageJson.Of(changed.Message) }),
            MessageEvent other => Publish(roomEvent, json with { Message = MessageJson.Of(other.Message) }),
            RoomUpdated updated => Publish(roomEvent, json with { Room = RoomSettingsJson.Of(updated.Room) }),
            RoomClosed closed => Publish(roomEvent, json with { Room = RoomSettingsJson.Of(closed.Room) }),
            MemberEvent member => Publish(roomEvent, json with { Member = MemberJson.Of(member.Member) }) with { Subject = member.Member.Profile.Id },
            _ => throw new ArgumentOutOfRangeException(nameof(roomEvent), roomEvent, "No form is known for this kind of event."),
        };
    }

    private static PublishedEvent OfMessage(MessageEvent messageEvent, EventJson json) => Publish(messageEvent, json) with
    {
        Subject = messageEvent.Message.Sender.Id,
        MessageOrdinal = messageEvent.Message.Ordinal,
        MessageSeq = messageEvent.Message.Seq,
        Mentions = messageEvent.Message.Mentions,
        MentionsAll = messageEvent.Message.MentionsAll,
    };

    private static ThreadJson? ThreadOf(ThreadStanding? thread) =>
        thread is null ? null : new ThreadJson(thread.RootId.ToString(), thread.ReplyCount, thread.LastReplyAt);

    private static PublishedEvent Publish(RoomEvent roomEvent, EventJson json) =>
        new(roomEvent.RoomId, roomEvent.Seq, roomEvent.Name, JsonSerializer.SerializeToUtf8Bytes(json, WireJson.Wire.EventJson));
}
