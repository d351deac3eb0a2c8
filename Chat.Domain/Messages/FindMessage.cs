using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Shows one message to a member of its room.</summary>
public sealed class FindMessage(IRoomStore rooms, IMessageLookup lookup)
{
    public async ValueTask<Outcome<Message>> ExecuteAsync(Caller caller, RoomId room, MessageId message, CancellationToken cancellationToken) =>
        (await ReadFactsAsync(caller, room, message, cancellationToken)).TryGet(out var facts, out var refusal) ? facts.Find() : refusal;

    /// <summary>The same with what one may want to know besides; the message is one that the caller may see.</summary>
    internal async ValueTask<Outcome<MessageFacts>> ReadFactsAsync(Caller caller, RoomId roomId, MessageId message, CancellationToken cancellationToken)
    {
        var (room, membership) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (room is null || membership is not { IsCurrent: true }) return Refusal.NotMember;
        var facts = new MessageFacts(room, membership, await lookup.FindAsync(roomId, message, cancellationToken));
        return facts.Find().Refusal is { } refusal ? refusal : facts;
    }
}
