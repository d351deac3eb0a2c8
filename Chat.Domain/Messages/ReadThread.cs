using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Reads a thread: the message that it began with, and the replies.</summary>
public sealed class ReadThread(IRoomStore rooms, IMessageLookup lookup, IThreadStore threads)
{
    private static readonly Refusal NoSuchThread = Refusal.NotFound("There is no such message, or it is a reply itself.");

    /// <param name="caller">Who reads; those who may read the room's history.</param>
    /// <param name="roomId">Where.</param>
    /// <param name="rootId">What the thread began with.</param>
    /// <param name="after">Only messages with a higher number; null to begin with the root.</param>
    /// <param name="limit">How many, 1 to <see cref="ReadHistory.MaxLimit"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Messages in ascending order.</returns>
    public async ValueTask<Outcome<IReadOnlyList<Message>>> ExecuteAsync(
        Caller caller, RoomId roomId, MessageId rootId, long? after, int limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > ReadHistory.MaxLimit) return Refusal.Invalid($"limit is {limit}; 1 to {ReadHistory.MaxLimit} are allowed.");
        var (room, membership) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (room is null || membership is null || room.VisibleTo(membership) is not { } span) return Refusal.NotMember;
        if (await lookup.FindAsync(roomId, rootId, cancellationToken) is not { ThreadRootId: null } root || root.Seq < span.First || root.Seq > span.Last) return NoSuchThread;

        var replies = await threads.ReadRepliesAsync(roomId, rootId, after ?? root.Seq, limit, cancellationToken);
        var from = (after ?? 0) < root.Seq ? replies.Prepend(root) : replies;
        return Outcome.Of(await lookup.AsOfAsync(roomId, [.. from.Where(message => message.Seq <= span.Last).Take(limit)], span.Last, cancellationToken));
    }
}
