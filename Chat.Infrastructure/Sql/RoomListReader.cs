using System.Data.Common;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Reads rooms as one of their members sees them: with the newest message, and in a direct room with the other one's name.</summary>
internal static class RoomListReader
{
    /// <summary>A few reads for the whole page: the rooms with the reader's memberships, then of all of them the newest message, the other person, and the mentions.</summary>
    public static async Task<IReadOnlyList<RoomListing>> ReadAsync(
        DbConnection connection, ISqlDialect dialect, UserId user, string condition, string order, object facts)
    {
        var rooms = (await connection.QueryAsync<RoomRow, MembershipRow, (Room Room, Membership Me)>(
            $"""
            select {RoomRow.Columns}, {MembershipRow.Columns} from memberships m join rooms r on r.id = m.room_id
            where m.user_id = @User and m.left_seq is null {condition} {order}
            """,
            (room, membership) => (room.ToRoom(), membership.ToMembership()),
            facts,
            splitOn: "RoomId")).ToList();
        if (rooms.Count == 0) return [];

        var ids = rooms.Select(r => r.Room.Id.Value);
        // One look at the end of each room; a maximum over a group would read all that was ever said there.
        var last = (await connection.QueryAsync<MessageRow, ProfileRow?, Domain.Messages.Message>(
            $"""
            select {MessageRow.Columns}, {ProfileRow.Columns} from {dialect.Rows("@Ids", new RowColumn("id", RowColumnKind.Key))}
            {dialect.JoinInOrder} messages g on g.room_id = j.id and g.seq = (select x.seq from messages x where x.room_id = j.id order by x.seq desc limit 1)
            left join users u on u.id = g.sender_id
            """,
            (row, sender) => row.ToMessage(sender.ToProfile(UserId.Parse(row.SenderId))),
            new { Ids = JsonRows.Of(ids, static (writer, id) => writer.WriteStringValue(id)) },
            splitOn: "ProfileId")).ToDictionary(message => message.RoomId);
        var peers = await ReadPeersAsync(connection, dialect, user, [.. rooms.Where(r => r.Room.Kind is RoomKind.Direct).Select(r => r.Room.Id.Value)]);

        var mentions = (await SqlMentionStore.ReadAsync(connection, user, rooms is [var only] ? only.Room.Id : null)).CountBy(mention => mention.RoomId).ToDictionary();

        return
        [
            .. rooms.Select(r => new RoomListing(r.Room, r.Me, Visible(r.Room, r.Me, last.GetValueOrDefault(r.Room.Id)), peers.GetValueOrDefault(r.Room.Id))
            {
                MentionCount = mentions.GetValueOrDefault(r.Room.Id),
            }),
        ];
    }

    private static Domain.Messages.Message? Visible(Room room, Membership me, Domain.Messages.Message? last) =>
        last is not null && room.VisibleTo(me) is { } span && last.Seq >= span.First ? last : null;

    private static async Task<Dictionary<RoomId, UserProfile>> ReadPeersAsync(DbConnection connection, ISqlDialect dialect, UserId user, string[] directRooms)
    {
        if (directRooms.Length == 0) return [];
        var peers = await connection.QueryAsync<MembershipRow, ProfileRow?, (RoomId Room, UserProfile Peer)>(
            $"""
            select {MembershipRow.Columns}, {ProfileRow.Columns} from memberships m left join users u on u.id = m.user_id
            where m.room_id {dialect.IsOneOf("@Rooms")} and m.user_id <> @User
            """,
            (row, profile) => (RoomId.Parse(row.RoomId), profile.ToProfile(UserId.Parse(row.UserId))),
            new { Rooms = directRooms, User = user.Value },
            splitOn: "ProfileId");
        return peers.ToDictionary(p => p.Room, p => p.Peer);
    }
}
