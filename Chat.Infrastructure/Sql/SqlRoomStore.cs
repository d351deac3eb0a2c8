using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Rooms in SQL: looking things up and simple writes. What takes a number is in <see cref="RoomChanges"/>.</summary>
internal sealed class SqlRoomStore(SqlDatabase database, RoomChanges changes, BlockMarks marks) : IRoomStore
{
    private readonly Together<(RoomId Room, UserId User), (Room? Room, Membership? Membership)> _facts = new(some => ReadFactsAsync(database, some), MostInRound);

    /// <summary>Pairs of room and user that one statement looks up.</summary>
    private const int MostInRound = 64;

    public ValueTask<Room> CreateAsync(NewRoom room, CancellationToken cancellationToken) => changes.CreateAsync(room, cancellationToken);

    public async ValueTask<(Room Room, bool Created)> OpenDirectAsync(NewRoom room, UserId one, UserId other, CancellationToken cancellationToken)
    {
        var key = DirectKey.Of(one, other);
        if (await FindDirectAsync(key, cancellationToken) is { } there) return (there, false);
        var opened = await changes.OpenAsync(room, key, cancellationToken);
        // A block that was committed while the room was made has found no room to mark. Who hangs up now does not take that back.
        if (opened.Created) await marks.AlignAsync(opened.Room.Id, CancellationToken.None);
        return opened;
    }

    public ValueTask<(Room Room, bool Created)> OpenAsync(NewRoom room, CancellationToken cancellationToken) => changes.OpenAsync(room, directKey: null, cancellationToken);

    public async ValueTask<Room?> FindAsync(RoomId room, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<RoomRow>($"select {RoomRow.Columns} from rooms r where r.id = @Id", new { Id = room.Value }),
            cancellationToken))?.ToRoom();

    public async ValueTask<Membership?> FindMembershipAsync(RoomId room, UserId user, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<MembershipRow>(
                $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User", new { Room = room.Value, User = user.Value }),
            cancellationToken))?.ToMembership();

    public async ValueTask<(Room? Room, Membership? Membership)> FindForAsync(RoomId room, UserId user, CancellationToken cancellationToken) =>
        await _facts.AskAsync((room, user), cancellationToken);

    public async ValueTask<RoomListing?> FindListingAsync(RoomId room, UserId user, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            connection => RoomListReader.ReadAsync(connection, database.Dialect, user, "and r.id = @Room", "", new { User = user.Value, Room = room.Value }), cancellationToken)).SingleOrDefault();

    public async ValueTask<IReadOnlyList<RoomListing>> ListAsync(UserId user, RoomFilter filter, RoomCursor? after, int limit, CancellationToken cancellationToken)
    {
        var wanted = (filter.Favorite is null ? "" : "and m.favorite = @Favorite ") + (filter.Archived is null ? "" : "and m.archived = @Archived ");
        var behind = after is null ? "" : "and (r.last_activity_at < @At or (r.last_activity_at = @At and r.id > @Room))";
        var facts = new
        {
            User = user.Value,
            Favorite = filter.Favorite is true ? 1L : 0,
            Archived = filter.Archived is true ? 1L : 0,
            At = after is { } a ? Columns.Of(a.LastActivityAt) : 0,
            Room = after?.RoomId.Value,
            Limit = limit,
        };
        return await database.ReadAsync(
            connection => RoomListReader.ReadAsync(connection, database.Dialect, user, wanted + behind, "order by r.last_activity_at desc, r.id limit @Limit", facts), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Room>> ListPublicAsync(string text, PublicRoomCursor? after, int limit, CancellationToken cancellationToken)
    {
        var behind = after is null ? "" : "and (lower(r.name) > lower(@Name) or (lower(r.name) = lower(@Name) and r.id > @Id))";
        var sql = $"""
            select {RoomRow.Columns} from rooms r where r.visibility = 'public' and r.kind = 'group' and r.closed_at is null {behind}
            and lower(r.name) like @Pattern escape '!' order by lower(r.name), r.id limit @Limit
            """;
        var facts = new { after?.Name, Id = after?.RoomId.Value, Pattern = $"%{EscapeLike(text.ToLowerInvariant())}%", Limit = limit };
        var rows = await database.ReadAsync(connection => connection.QueryAsync<RoomRow>(sql, facts), cancellationToken);
        return [.. rows.Select(row => row.ToRoom())];
    }

    public ValueTask<IReadOnlyList<Member>> ListMembersAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken) =>
        ListMembersAsync("", new { Room = room.Value, After = after?.Value ?? "", Limit = limit }, cancellationToken);

    public ValueTask<IReadOnlyList<Member>> FindMembersAsync(RoomId room, string namePrefix, UserId? after, int limit, CancellationToken cancellationToken)
    {
        // Somebody never seen is shown by the id. As it stands, besides in lower case: PostgreSQL knows the letter case of ASCII alone where it compares octet by octet.
        const string Named = "and (coalesce(u.name, m.user_id) like @Prefix escape '!' or lower(coalesce(u.name, m.user_id)) like @Lower escape '!')";
        var facts = new
        {
            Room = room.Value,
            After = after?.Value ?? "",
            Limit = limit,
            Prefix = EscapeLike(namePrefix) + "%",
            Lower = EscapeLike(namePrefix.ToLowerInvariant()) + "%",
        };
        return ListMembersAsync(Named, facts, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<Member>> ListMembersAsync(string condition, object facts, CancellationToken cancellationToken)
    {
        var sql = $"""
            select {MembershipRow.Columns}, {ProfileRow.Columns} from memberships m left join users u on u.id = m.user_id
            where m.room_id = @Room and m.left_seq is null and m.user_id > @After {condition} order by m.user_id limit @Limit
            """;
        var members = await database.ReadAsync(
            connection => connection.QueryAsync<MembershipRow, ProfileRow?, Member>(
                sql, (row, profile) => MemberOf(row.ToMembership(), profile), facts, splitOn: "ProfileId"),
            cancellationToken);
        return [.. members];
    }

    public async ValueTask<IReadOnlyList<ReadState>> ListReadStatesAsync(UserId user, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<ReadStateRow>(
                """
                select r.id as RoomId, r.head_seq as HeadSeq, r.message_count as MessageCount, m.last_read_seq as LastReadSeq, m.read_count as ReadCount
                from memberships m join rooms r on r.id = m.room_id where m.user_id = @User and m.left_seq is null
                """,
                new { User = user.Value }),
            cancellationToken);
        return [.. rows.Select(row => new ReadState(RoomId.Parse(row.RoomId), row.HeadSeq, row.MessageCount, row.LastReadSeq, row.ReadCount))];
    }

    public ValueTask<Outcome<Joining>> JoinAsync(
        RoomId room, UserId user, string? inviteCode, Func<JoinFacts, Outcome<JoinWay>> admit, CancellationToken cancellationToken) =>
        changes.JoinAsync(room, user, inviteCode, admit, cancellationToken);

    public ValueTask<Outcome<Membership>> LeaveAsync(RoomId room, UserId user, Func<Room, Refusal?> admit, CancellationToken cancellationToken) =>
        changes.LeaveAsync(room, user, admit, cancellationToken);

    public async ValueTask<IReadOnlyList<RoomHead>> ReadHeadsAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<RoomRow>(
                $"select r.id as Id, r.epoch as Epoch, r.first_seq as FirstSeq, r.head_seq as HeadSeq from rooms r where r.id {database.Dialect.IsOneOf("@Ids")}",
                new { Ids = rooms.Select(id => id.Value).ToArray() }),
            cancellationToken);
        return [.. rows.Select(row => new RoomHead(RoomId.Parse(row.Id), row.Epoch, row.FirstSeq, row.HeadSeq))];
    }

    internal static Member MemberOf(Membership membership, ProfileRow? profile) => new(membership, profile.ToProfile(membership.UserId));

    private static async Task<IReadOnlyList<(Room? Room, Membership? Membership)>> ReadFactsAsync(SqlDatabase database, IReadOnlyList<(RoomId Room, UserId User)> asked)
    {
        var roomIds = JsonRows.Of(asked.Select(pair => pair.Room.Value).Distinct(StringComparer.Ordinal), static (writer, id) => writer.WriteStringValue(id));
        var pairs = JsonRows.Of(asked.Distinct(), static (writer, pair) =>
        {
            writer.WriteStringValue(pair.Room.Value);
            writer.WriteStringValue(pair.User.Value);
        });
        var dialect = database.Dialect;
        var (rooms, memberships) = await database.ReadAsync(
            async connection => (
                await connection.QueryAsync<RoomRow>(
                    $"select {RoomRow.Columns} from {dialect.Rows("@Ids", new RowColumn("id", RowColumnKind.Key))} {dialect.JoinInOrder} rooms r on r.id = j.id", new { Ids = roomIds }),
                await connection.QueryAsync<MembershipRow>(
                    $"""
                    select {MembershipRow.Columns} from {dialect.Rows("@Pairs", new("room_id", RowColumnKind.Key), new("user_id", RowColumnKind.Key))}
                    {dialect.JoinInOrder} memberships m on m.room_id = j.room_id and m.user_id = j.user_id
                    """,
                    new { Pairs = pairs })),
            CancellationToken.None);
        var roomOf = rooms.ToDictionary(row => row.Id, row => row.ToRoom(), StringComparer.Ordinal);
        var membershipOf = memberships.ToDictionary(row => (row.RoomId, row.UserId), row => row.ToMembership());
        return [.. asked.Select(pair => (roomOf.GetValueOrDefault(pair.Room.Value), membershipOf.GetValueOrDefault((pair.Room.Value, pair.User.Value))))];
    }

    private async Task<Room?> FindDirectAsync(string key, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<RoomRow>($"select {RoomRow.Columns} from rooms r where r.direct_key = @Key", new { Key = key }),
            cancellationToken))?.ToRoom();

    private static string EscapeLike(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}

internal sealed class ReadStateRow
{
    public string RoomId { get; init; } = "";
    public long HeadSeq { get; init; }
    public long MessageCount { get; init; }
    public long LastReadSeq { get; init; }
    public long ReadCount { get; init; }
}
