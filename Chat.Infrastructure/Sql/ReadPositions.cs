using System.Data.Common;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>How far members have read. A position is its member's own: no lock of the room is needed to move it.</summary>
internal sealed class ReadPositions(SqlDatabase database, Burns burns)
{
    public async ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken)
    {
        var (marked, burnsAfter) = await database.WriteAsync(transaction => MarkReadAsync(transaction, room, user, seq), cancellationToken);
        if (burnsAfter is { } after) await burns.StartAsync(room, after, marked.Value.LastReadSeq, cancellationToken);
        return marked;
    }

    public async ValueTask<Outcome<ReadState>> MarkUnreadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) =>
        await database.WriteAsync(transaction => MarkUnreadAsync(transaction, room, user, seq), cancellationToken);

    /// <returns>Beside the outcome the former position, where messages behind it may have waited for this reader.</returns>
    private async Task<(Outcome<ReadState> Marked, long? BurnsAfter)> MarkReadAsync(DbTransaction transaction, RoomId room, UserId user, long seq)
    {
        if (await FindAsync(transaction, room, user) is not var (facts, membership)) return (Refusal.NotMember, null);
        var to = Math.Min(seq, facts.HeadSeq);
        if (to <= membership.LastReadSeq) return (StateOf(facts, membership), null);
        var moved = await MoveAsync(transaction, facts, membership, to);
        return (moved, await Burns.AnyWaitAsync(transaction, room, membership.LastReadSeq, to) ? membership.LastReadSeq : null);
    }

    private async Task<Outcome<ReadState>> MarkUnreadAsync(DbTransaction transaction, RoomId room, UserId user, long seq)
    {
        if (await FindAsync(transaction, room, user) is not var (facts, membership)) return Refusal.NotMember;
        var first = facts.VisibleTo(membership)?.First ?? membership.JoinedSeq;
        var to = Math.Max(seq, first) - 1;
        return to >= membership.LastReadSeq ? StateOf(facts, membership) : await MoveAsync(transaction, facts, membership, to);
    }

    /// <summary>Moves a sender's position on to their own message where they have read all that is before it, and tells how far they have read; null for a former member.</summary>
    public static async Task<ReadState?> PassAsync(DbTransaction transaction, Message posted)
    {
        var own = new { Room = posted.RoomId.Value, User = posted.Sender.Id.Value, posted.Seq, posted.Ordinal, At = Columns.Of(posted.CreatedAt) };
        await transaction.Connection!.ExecuteAsync(
            "update memberships set last_posted_at = @At where room_id = @Room and user_id = @User and (last_posted_at is null or last_posted_at < @At)", own, transaction);
        await transaction.Connection!.ExecuteAsync(
            """
            update memberships set last_read_seq = @Seq, read_count = @Ordinal
            where room_id = @Room and user_id = @User and left_seq is null and last_read_seq < @Seq and read_count >= @Ordinal - 1
            """,
            own,
            transaction);
        var row = await transaction.Connection!.QuerySingleOrDefaultAsync<MembershipRow>(
            $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User and m.left_seq is null", own, transaction);
        return row is null ? null : new ReadState(posted.RoomId, posted.Seq, posted.Ordinal, row.LastReadSeq, row.ReadCount);
    }

    private async Task<(Room Room, Membership Membership)?> FindAsync(DbTransaction transaction, RoomId room, UserId user)
    {
        var key = new { Room = room.Value, User = user.Value };
        var member = await transaction.Connection!.QuerySingleOrDefaultAsync<MembershipRow>(
            $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User{database.Dialect.ForUpdate}", key, transaction);
        if (member?.ToMembership() is not { IsCurrent: true } membership) return null;
        var row = await transaction.Connection!.QuerySingleAsync<RoomRow>($"select {RoomRow.Columns} from rooms r where r.id = @Room", key, transaction);
        return (row.ToRoom(), membership);
    }

    private static async Task<ReadState> MoveAsync(DbTransaction transaction, Room room, Membership membership, long to)
    {
        var position = new { Room = room.Id.Value, User = membership.UserId.Value, To = to };
        var count = await transaction.Connection!.ExecuteScalarAsync<long?>(
            "select ordinal from messages where room_id = @Room and seq <= @To order by seq desc limit 1", position, transaction) ?? 0;
        await transaction.Connection!.ExecuteAsync(
            "update memberships set last_read_seq = @To, read_count = @Count where room_id = @Room and user_id = @User",
            new { position.Room, position.User, position.To, Count = count },
            transaction);
        return new ReadState(room.Id, room.HeadSeq, room.MessageCount, to, count) { HasMoved = true };
    }

    private static ReadState StateOf(Room room, Membership membership) =>
        new(room.Id, room.HeadSeq, room.MessageCount, membership.LastReadSeq, membership.ReadCount);
}
