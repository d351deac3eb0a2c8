using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Reads a room's events back. A message stands for its own making; every other event has a row in <c>room_events</c>; together the numbers have no gap. What an
/// event was about is read as it is now: of several steps each shows the last one's state.
/// </summary>
internal static class RoomEventReader
{
    private const string Made = $"""
        select {MessageRow.Columns}, {ProfileRow.Columns}
        from messages g left join users u on u.id = g.sender_id
        where g.room_id = @Room and g.seq > @After and g.seq <= @Last order by g.seq limit @Limit
        """;

    private const string Others = """
        select e.seq as Seq, e.event as Event, e.at as At, e.subject_id as SubjectId from room_events e
        where e.room_id = @Room and e.seq > @After and e.seq <= @Last order by e.seq limit @Limit
        """;

    /// <summary>Those with numbers above <paramref name="after"/> up to <paramref name="last"/>, in order, at most <paramref name="limit"/>.</summary>
    public static async Task<IReadOnlyList<RoomEvent>> ReadAsync(DbConnection connection, ISqlDialect dialect, RoomId room, long after, long last, int limit)
    {
        var range = new { Room = room.Value, After = after, Last = last, Limit = limit };
        // The events first: what they are about is read behind them, so that none of them shows its message as it was before.
        var others = (await connection.QueryAsync<EventRow>(Others, range)).ToList();
        var made = (await connection.QueryAsync<MessageRow, ProfileRow?, Message>(
            Made, (message, sender) => message.ToMessage(sender.ToProfile(UserId.Parse(message.SenderId))), range, splitOn: "ProfileId")).ToList();

        // The two are read one after the other, and something may be committed in between: only what has no gap behind it counts.
        var numbers = made.Select(m => m.Seq).Concat(others.Select(e => e.Seq)).Order().Take(limit).ToList();
        var whole = 0;
        while (whole < numbers.Count && numbers[whole] == after + whole + 1) whole++;
        var end = after + whole;
        made.RemoveAll(message => message.Seq > end);
        others.RemoveAll(row => row.Seq > end);

        var subjects = await Subjects.ReadAsync(connection, dialect, room, made, others);
        return [.. made.Select(RoomEvent (message) => subjects.Creation(message)).Concat(others.Select(subjects.EventOf)).OrderBy(e => e.Seq)];
    }

    /// <summary>What events are about, as it is now.</summary>
    private sealed class Subjects
    {
        private readonly Dictionary<string, Message> _messages = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
        private Room? _room;

        public static async Task<Subjects> ReadAsync(DbConnection connection, ISqlDialect dialect, RoomId room, List<Message> made, List<EventRow> rows)
        {
            var subjects = new Subjects();
            foreach (var message in made) subjects._messages[message.Id.ToString()] = message;
            string[] messages =
            [
                .. rows.Where(row => row.Event.StartsWith("message.", StringComparison.Ordinal)).Select(row => row.SubjectId)
                    .Concat(made.Where(m => m.ThreadRootId is not null).Select(m => m.ThreadRootId!.Value.ToString()))
                    .Where(id => !subjects._messages.ContainsKey(id)).Distinct(StringComparer.Ordinal),
            ];
            string[] members = [.. rows.Where(row => row.Event.StartsWith("member.", StringComparison.Ordinal)).Select(row => row.SubjectId).Distinct(StringComparer.Ordinal)];
            if (messages.Length > 0) await subjects.ReadMessagesAsync(connection, dialect, messages);
            if (members.Length > 0) await subjects.ReadMembersAsync(connection, dialect, room, members);
            if (rows.Exists(row => row.SubjectId.Length == 0))
                subjects._room = (await connection.QuerySingleAsync<RoomRow>($"select {RoomRow.Columns} from rooms r where r.id = @Id", new { Id = room.Value })).ToRoom();
            return subjects;
        }

        public MessageCreated Creation(Message message) => new MessageCreated(message) { Thread = ThreadOf(message) };

        public RoomEvent EventOf(EventRow row)
        {
            var at = Columns.Time(row.At);
            return row.Event switch
            {
                MessageEdited.EventName => new MessageEdited(_messages[row.SubjectId], row.Seq, at),
                MessageDeleted.EventName => new MessageDeleted(_messages[row.SubjectId], row.Seq, at),
                MessageExpired.EventName => new MessageExpired(_messages[row.SubjectId], row.Seq, at),
                MessagePinned.EventName => new MessagePinned(_messages[row.SubjectId], row.Seq, at),
                MessageUnpinned.EventName => new MessageUnpinned(_messages[row.SubjectId], row.Seq, at),
                MessageReacted.EventName => new MessageReacted(_messages[row.SubjectId], row.Seq, at),
                MemberJoined.EventName => MemberEventOf(row, (room, member) => new MemberJoined(room, row.Seq, at, member)),
                MemberLeft.EventName => MemberEventOf(row, (room, member) => new MemberLeft(room, row.Seq, at, member)),
                MemberRemoved.EventName => MemberEventOf(row, (room, member) => new MemberRemoved(room, row.Seq, at, member)),
                MemberChanged.EventName => MemberEventOf(row, (room, member) => new MemberChanged(room, row.Seq, at, member)),
                RoomUpdated.EventName => new RoomUpdated(_room!, row.Seq, at),
                RoomClosed.EventName => new RoomClosed(_room!, row.Seq, at),
                _ => throw new InvalidOperationException($"There is no kind of event named {row.Event}."),
            };
        }

        private MemberEvent MemberEventOf(EventRow row, Func<RoomId, Member, MemberEvent> make)
        {
            var member = _members[row.SubjectId];
            return make(member.Membership.RoomId, member);
        }

        private ThreadStanding? ThreadOf(Message message) =>
            message.ThreadRootId is { } root && _messages[root.ToString()] is { LastReplyAt: { } last } begun ? new ThreadStanding(root, begun.ReplyCount, last) : null;

        private async Task ReadMessagesAsync(DbConnection connection, ISqlDialect dialect, string[] ids)
        {
            var rows = await connection.QueryAsync<MessageRow, ProfileRow?, Message>(
                $"select {MessageRow.Columns}, {ProfileRow.Columns} from messages g left join users u on u.id = g.sender_id where g.id {dialect.IsOneOf("@Ids")}",
                (message, sender) => message.ToMessage(sender.ToProfile(UserId.Parse(message.SenderId))),
                new { Ids = ids },
                splitOn: "ProfileId");
            foreach (var message in rows) _messages[message.Id.ToString()] = message;
        }

        private async Task ReadMembersAsync(DbConnection connection, ISqlDialect dialect, RoomId room, string[] ids)
        {
            var rows = await connection.QueryAsync<MembershipRow, ProfileRow?, Member>(
                $"""
                select {MembershipRow.Columns}, {ProfileRow.Columns} from memberships m left join users u on u.id = m.user_id
                where m.room_id = @Room and m.user_id {dialect.IsOneOf("@Ids")}
                """,
                (row, profile) => SqlRoomStore.MemberOf(row.ToMembership(), profile),
                new { Room = room.Value, Ids = ids },
                splitOn: "ProfileId");
            foreach (var member in rows) _members[member.Profile.Id.Value] = member;
        }
    }
}
