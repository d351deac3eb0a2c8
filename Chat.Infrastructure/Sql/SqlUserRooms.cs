using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Which rooms users are in, from their memberships.</summary>
internal sealed class SqlUserRooms(SqlDatabase database) : IUserRooms
{
    /// <summary>Users that one statement looks up.</summary>
    private const int MostInRound = 500;

    public async ValueTask<IReadOnlyDictionary<UserId, IReadOnlyList<RoomId>>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken)
    {
        var found = new Dictionary<UserId, IReadOnlyList<RoomId>>();
        foreach (var some in users.Distinct().Chunk(MostInRound))
        {
            var rows = await database.ReadAsync(
                connection => connection.QueryAsync<(string UserId, string RoomId, long JoinedAt)>(
                    $"""
                    select m.user_id as UserId, m.room_id as RoomId, m.joined_at as JoinedAt from memberships m
                    where m.user_id {database.Dialect.IsOneOf("@Ids")} and m.left_seq is null
                    """,
                    new { Ids = some.Select(id => id.Value).ToArray() }),
                cancellationToken);
            foreach (var ofUser in rows.GroupBy(row => row.UserId, StringComparer.Ordinal))
                found[UserId.Parse(ofUser.Key)] = [.. ofUser.OrderByDescending(row => row.JoinedAt).Take(IUserRooms.MostRooms).Select(row => RoomId.Parse(row.RoomId))];
        }
        return found;
    }
}
