using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Reads the newest messages of a room, from what is kept of it where that holds for the room's present head.</summary>
public sealed class RecentHistory(IRoomStore rooms, IMessageStore messages, IUserStore users, IRecentMessages recent, TimeProvider time)
{
    /// <param name="room">As it was just read.</param>
    /// <param name="first">The oldest number that the reader may see.</param>
    /// <param name="limit">At most <see cref="IRecentMessages.Most"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Messages in ascending order.</returns>
    public async ValueTask<IReadOnlyList<Message>> ReadAsync(Room room, long first, int limit, CancellationToken cancellationToken)
    {
        var kept = await recent.FindAsync(room.Id, room.Epoch, room.HeadSeq, cancellationToken);
        if (kept is not null && IsGood(kept))
        {
            var newest = kept.Messages.Where(message => message.Seq >= first).TakeLast(limit).ToList();
            if (newest.Count == limit || kept.IsWhole || kept.Messages[0].Seq <= first) return await NameAsync(newest, cancellationToken);
        }
        return await ReadThroughAsync(room, first, limit, cancellationToken);
    }

    /// <summary>A message whose time is over is read from the store, whether or not it has been taken out there.</summary>
    private bool IsGood(RecentMessages kept)
    {
        var now = time.GetUtcNow();
        return kept.Messages.Count > 0 && kept.Messages.All(message => message.IsGone || message.ExpiresAt is not { } end || end > now);
    }

    /// <summary>Names and pictures are no part of a room's history, and change without an event.</summary>
    private async ValueTask<IReadOnlyList<Message>> NameAsync(List<Message> newest, CancellationToken cancellationToken)
    {
        var profiles = (await users.FindAsync([.. newest.Select(message => message.Sender.Id).Distinct()], cancellationToken)).ToDictionary(profile => profile.Id);
        return [.. newest.Select(message => message with { Sender = profiles.GetValueOrDefault(message.Sender.Id) ?? message.Sender })];
    }

    private async ValueTask<IReadOnlyList<Message>> ReadThroughAsync(Room room, long first, int limit, CancellationToken cancellationToken)
    {
        var newest = await messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: null), IRecentMessages.Most, cancellationToken);
        // What burns begins to without an event, so a room with such a message is not kept.
        if (newest.Count > 0 && newest.All(message => message.BurnAfterRead is null || message.IsGone))
        {
            // Nothing changes without moving the head: when it is where it was before, these are the messages as of that head.
            var heads = await rooms.ReadHeadsAsync([room.Id], cancellationToken);
            if (heads is [var head] && head.Epoch == room.Epoch && head.HeadSeq == room.HeadSeq)
                await recent.KeepAsync(room.Id, room.Epoch, room.HeadSeq, new RecentMessages(newest, newest.Count < IRecentMessages.Most), cancellationToken);
        }
        return [.. newest.Where(message => message.Seq >= first).TakeLast(limit)];
    }
}
