using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Members' own views of their rooms. They take no number, so the membership's own row is all that is locked.</summary>
internal sealed class SqlArrangementStore(SqlDatabase database) : IArrangementStore
{
    public async ValueTask<Outcome<bool>> ArrangeAsync(RoomId room, UserId user, Arrangement arrangement, CancellationToken cancellationToken) =>
        await database.WriteAsync<Outcome<bool>>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var row = await connection.QuerySingleOrDefaultAsync<MembershipRow>(
                    $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User{database.Dialect.ForUpdate}",
                    new { Room = room.Value, User = user.Value },
                    transaction);
                if (row?.ToMembership() is not { IsCurrent: true } present) return Refusal.NotMember;
                var wanted = present with
                {
                    Favorite = arrangement.Favorite ?? present.Favorite,
                    Archived = arrangement.Archived ?? present.Archived,
                    Notifications = arrangement.Notifications ?? present.Notifications,
                };
                if (wanted == present) return false;
                await connection.ExecuteAsync(
                    "update memberships set favorite = @Favorite, archived = @Archived, notifications = @Notifications where room_id = @Room and user_id = @User",
                    new
                    {
                        Favorite = wanted.Favorite ? 1L : 0,
                        Archived = wanted.Archived ? 1L : 0,
                        Notifications = Columns.Of(wanted.Notifications),
                        Room = room.Value,
                        User = user.Value,
                    },
                    transaction);
                return true;
            },
            cancellationToken);

    public async ValueTask<IReadOnlyDictionary<UserId, NotificationLevel>> FindLevelsAsync(RoomId room, IReadOnlyCollection<UserId> among, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<MembershipRow>(
                $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id {database.Dialect.IsOneOf("@Among")} and m.notifications <> 'all'",
                new { Room = room.Value, Among = among.Select(user => user.Value).ToArray() }),
            cancellationToken);
        return rows.Select(row => row.ToMembership()).ToDictionary(membership => membership.UserId, membership => membership.Notifications);
    }
}
