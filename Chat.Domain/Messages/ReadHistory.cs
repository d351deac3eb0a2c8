using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Reads back in a room, as far as the reader may.</summary>
public sealed class ReadHistory(IRoomStore rooms, IMessageStore messages, IMessageLookup lookup, RecentHistory recent)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public async ValueTask<Outcome<IReadOnlyList<Message>>> ExecuteAsync(
        Caller caller, RoomId roomId, MessageRange range, int limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxLimit) return Refusal.Invalid($"limit is {limit}; 1 to {MaxLimit} are allowed.");

        var room = await rooms.FindAsync(roomId, cancellationToken);
        var membership = await rooms.FindMembershipAsync(roomId, caller.Id, cancellationToken);
        if (room is null || membership is null || room.VisibleTo(membership) is not { } visible) return Refusal.NotMember;

        var isNewest = range == MessageRange.Of(before: null, after: null) && visible.Last == long.MaxValue && limit <= IRecentMessages.Most;
        if (isNewest) return Outcome.Of(await recent.ReadAsync(room, visible.First, limit, cancellationToken));
        var page = await messages.ReadAsync(roomId, range.Within(visible), limit, cancellationToken);
        return Outcome.Of(await lookup.AsOfAsync(roomId, page, visible.Last, cancellationToken));
    }
}
