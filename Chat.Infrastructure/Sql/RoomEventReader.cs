using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Reads a room's events back. A message stands for its own event; every other event has a row in <c>room_events</c>; together the numbers have no gap.</summary>
internal static class RoomEventReader
{
    private const string Messages = $"""
        select {MessageRow.Columns}, {ProfileRow.Columns}
        from messages g left join users u on u.id = g.sender_id
        where g.room_id = @Room and g.seq > @After and g.seq <= @Last order by g.seq limit @Limit
        """;

    private const string Others = $"""
        select e.seq as Seq, e.event as Event, e.at as At, {MembershipRow.Columns}, {ProfileRow.Columns}
        from room_events e
        join memberships m on m.room_id = e.room_id and m.user_id = e.subject_id
        left join users u on u.id = e.subject_id
        where e.room_id = @Room and e.seq > @After and e.seq <= @Last order by e.seq limit @Limit
        """;

    /// <summary>Those with numbers above <paramref name="after"/> up to <paramref name="last"/>, in order, at most <paramref name="limit"/>.</summary>
    public static async Task<IReadOnlyList<RoomEvent>> ReadAsync(DbConnection connection, RoomId room, long after, long last, int limit)
    {
        var range = new { Room = room.Value, After = after, Last = last, Limit = limit };
        var messages = await connection.QueryAsync<MessageRow, ProfileRow?, RoomEvent>(
            Messages, (message, sender) => new MessageCreated(message.ToMessage(sender.ToProfile(UserId.Parse(message.SenderId)))), range, splitOn: "ProfileId");
        var others = await connection.QueryAsync<EventRow, MembershipRow, ProfileRow?, RoomEvent>(
            Others, (row, membership, profile) => MemberEventOf(row, membership.ToMembership(), profile), range, splitOn: "RoomId,ProfileId");

        // The two are read one after the other, and something may be committed in between: only what has no gap behind it counts.
        var merged = messages.Concat(others).OrderBy(e => e.Seq).Take(limit).ToList();
        var whole = 0;
        while (whole < merged.Count && merged[whole].Seq == after + whole + 1) whole++;
        return merged.GetRange(0, whole);
    }

    private static MemberEvent MemberEventOf(EventRow row, Membership membership, ProfileRow? profile)
    {
        var member = new Member(membership, profile.ToProfile(membership.UserId));
        var at = Columns.Time(row.At);
        return row.Event switch
        {
            MemberJoined.EventName => new MemberJoined(membership.RoomId, row.Seq, at, member),
            MemberLeft.EventName => new MemberLeft(membership.RoomId, row.Seq, at, member),
            MemberChanged.EventName => new MemberChanged(membership.RoomId, row.Seq, at, member),
            _ => throw new InvalidOperationException($"Room {membership.RoomId} has an event of the unknown kind {row.Event}."),
        };
    }
}
