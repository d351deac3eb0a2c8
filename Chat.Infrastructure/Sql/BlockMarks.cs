using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// What posting has to know of blocks: a mark in the sender's own membership of the direct room, where it is read anyway. As all that posting is judged by, it takes a
/// number in the room when it changes.
/// </summary>
internal sealed class BlockMarks(RoomTransactions transactions)
{
    /// <summary>Marks those members of a direct room that is made whom the other one has blocked before.</summary>
    public static Task MarkNewAsync(DbTransaction transaction, RoomId room, string[] members, ISqlDialect dialect) => transaction.Connection!.ExecuteAsync(
        $"""
        update memberships set blocked = 1 where room_id = @Room
        and exists (select 1 from blocks b where b.blocked_id = memberships.user_id and b.user_id {dialect.IsOneOf("@Members")})
        """,
        new { Room = room.Value, Members = members },
        transaction);

    /// <summary>
    /// Makes the marks of a direct room say what the blocks do. Called behind the commit of each of the two that can part them, a block and the making of the room; the
    /// later one sees both, and reads the blocks under the room's lock, so in whatever order these come the last is right.
    /// </summary>
    public async Task AlignAsync(RoomId room, CancellationToken cancellationToken) => await transactions.RunAsync<bool>(
        room,
        async (log, now) =>
        {
            var wrong = await log.Transaction.Connection!.QueryAsync<MembershipRow>(
                $"""
                select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.blocked <>
                (select count(*) from memberships o join blocks b on b.user_id = o.user_id and b.blocked_id = m.user_id where o.room_id = m.room_id)
                """,
                new { Room = room.Value },
                log.Transaction);
            foreach (var row in wrong)
            {
                var member = row.ToMembership();
                await log.Transaction.Connection!.ExecuteAsync(
                    "update memberships set blocked = @Blocked where room_id = @Room and user_id = @User",
                    new { Blocked = member.Blocked ? 0L : 1, Room = room.Value, User = member.UserId.Value },
                    log.Transaction);
                log.Add(new MemberChanged(room, log.NextSeq, now, new Member(member with { Blocked = !member.Blocked }, await log.ReadProfileAsync(member.UserId))));
            }
            return true;
        },
        cancellationToken);
}
