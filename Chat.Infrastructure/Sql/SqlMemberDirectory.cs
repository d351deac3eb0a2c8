using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Finds members by names, those of many messages at once. <c>users.mention_name</c> is kept with the name itself.</summary>
internal sealed class SqlMemberDirectory(SqlDatabase database) : IMemberDirectory
{
    /// <summary>Messages whose names one statement looks up: SQLite takes 32,766 values, and one message may have a few thousand names.</summary>
    private const int MostInRound = 4;

    private readonly Together<(RoomId Room, IReadOnlyCollection<string> Names), IReadOnlyList<NamedMember>> _lookups = new(some => FindAsync(database, some), MostInRound);

    public async ValueTask<IReadOnlyList<NamedMember>> FindNamedAsync(RoomId room, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        names.Count == 0 ? [] : await _lookups.AskAsync((room, names), cancellationToken);

    private static async Task<IReadOnlyList<IReadOnlyList<NamedMember>>> FindAsync(SqlDatabase database, IReadOnlyList<(RoomId Room, IReadOnlyCollection<string> Names)> asked)
    {
        var (ofNames, ofRooms) = (database.Dialect.IsOneOf("@Names"), database.Dialect.IsOneOf("@Rooms"));
        // Two looks, each by an index: a condition with "or" would find neither.
        var sql = $"""
            select m.room_id as RoomId, m.user_id as UserId, u.mention_name as Name from users u join memberships m on m.user_id = u.id
            where u.mention_name {ofNames} and m.room_id {ofRooms} and m.left_seq is null
            union
            select m.room_id as RoomId, m.user_id as UserId, u.mention_name as Name from memberships m left join users u on u.id = m.user_id
            where m.user_id {ofNames} and m.room_id {ofRooms} and m.left_seq is null
            limit {Mentions.MostFound * MostInRound}
            """;
        var facts = new
        {
            Names = asked.SelectMany(one => one.Names).Where(name => name.Length <= MentionText.MaxNameLength).Distinct(StringComparer.Ordinal).ToArray(),
            Rooms = asked.Select(one => one.Room.Value).Distinct(StringComparer.Ordinal).ToArray(),
        };
        var found = (await database.ReadAsync(connection => connection.QueryAsync<MemberRow>(sql, facts), CancellationToken.None)).ToLookup(row => row.RoomId, StringComparer.Ordinal);
        return [.. asked.Select(one => Of(one, found[one.Room.Value]))];
    }

    /// <summary>Of what was found for all who ask about a room, what this one asked for.</summary>
    private static List<NamedMember> Of((RoomId Room, IReadOnlyCollection<string> Names) asked, IEnumerable<MemberRow> found)
    {
        var names = asked.Names.ToHashSet(StringComparer.Ordinal);
        return [.. found.Where(row => names.Contains(row.UserId) || (row.Name is not null && names.Contains(row.Name))).Take(Mentions.MostFound).Select(row => new NamedMember(UserId.Parse(row.UserId), row.Name))];
    }

    private sealed class MemberRow
    {
        public string RoomId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string? Name { get; init; }
    }
}
