using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Messages and events in SQL.</summary>
internal sealed class SqlMessageStore(SqlDatabase database, GroupCommit commits) : IMessageStore
{
    public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken) => commits.AppendAsync(draft, cancellationToken);

    public async ValueTask<IReadOnlyList<Message>> ReadAsync(RoomId room, MessageRange range, int limit, CancellationToken cancellationToken)
    {
        var sql = $"""
            select {MessageRow.Columns}, {ProfileRow.Columns} from messages g left join users u on u.id = g.sender_id
            where g.room_id = @Room and g.seq > @After and g.seq < @Before order by g.seq {(range.Newest ? "desc" : "asc")} limit @Limit
            """;
        var facts = new { Room = room.Value, range.After, range.Before, Limit = limit };
        var messages = (await database.ReadAsync(
            connection => connection.QueryAsync<MessageRow, ProfileRow?, Message>(
                sql, (row, sender) => row.ToMessage(sender.ToProfile(UserId.Parse(row.SenderId))), facts, splitOn: "ProfileId"),
            cancellationToken)).ToList();
        if (range.Newest) messages.Reverse();
        return messages;
    }

    public async ValueTask<IReadOnlyList<RoomEvent>> ReadEventsAsync(RoomId room, long after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => RoomEventReader.ReadAsync(connection, database.Dialect, room, after, long.MaxValue, limit), cancellationToken);

    public async ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) =>
        await database.WriteAsync<Outcome<ReadState>>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var key = new { Room = room.Value, User = user.Value };
                var member = await connection.QuerySingleOrDefaultAsync<MembershipRow>(
                    $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User{database.Dialect.ForUpdate}", key, transaction);
                if (member?.ToMembership() is not { IsCurrent: true } membership) return Refusal.NotMember;

                var heads = await connection.QuerySingleAsync<ReadStateRow>(
                    "select r.id as RoomId, r.head_seq as HeadSeq, r.message_count as MessageCount from rooms r where r.id = @Room", key, transaction);
                var to = Math.Min(seq, heads.HeadSeq);
                if (to <= membership.LastReadSeq) return new ReadState(room, heads.HeadSeq, heads.MessageCount, membership.LastReadSeq, membership.ReadCount);

                var count = await connection.ExecuteScalarAsync<long?>(
                    "select ordinal from messages where room_id = @Room and seq <= @To order by seq desc limit 1", new { Room = room.Value, To = to }, transaction) ?? 0;
                await connection.ExecuteAsync(
                    "update memberships set last_read_seq = @To, read_count = @Count where room_id = @Room and user_id = @User",
                    new { Room = room.Value, User = user.Value, To = to, Count = count },
                    transaction);
                return new ReadState(room, heads.HeadSeq, heads.MessageCount, to, count);
            },
            cancellationToken);
}
