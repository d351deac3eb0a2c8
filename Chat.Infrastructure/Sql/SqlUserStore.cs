using Chat.Domain.Messages;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Keeps profiles, and remembers which it has kept lately, so that a user who connects again costs no write.</summary>
internal sealed class SqlUserStore : IUserStore
{
    /// <summary>Profiles that one transaction keeps.</summary>
    private const int MostInRound = 128;

    private readonly SqlDatabase _database;
    private readonly TimeProvider _time;
    private readonly SavedProfiles _saved;
    private readonly string _save;

    /// <summary>Those who connect at the same moment are kept together.</summary>
    private readonly Together<UserProfile, UserProfile> _saving;

    public SqlUserStore(SqlDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _saved = new SavedProfiles(time);
        // SQLite takes what follows a join without WHERE for a part of it (SQLite documentation, "Parsing Ambiguity").
        _save = $"""
            insert into users (id, name, avatar_url, updated_at, mention_name)
            select j.id, j.name, j.avatar_url, @Now, j.mention_name from {database.Dialect.Rows("@Profiles", new("id", RowColumnKind.Key), new("name", RowColumnKind.Key), new("avatar_url", RowColumnKind.Text), new("mention_name", RowColumnKind.Key))}
            where 1 = 1{database.Dialect.OnConflictUpdate("id", "name", "avatar_url", "updated_at", "mention_name")}
            """;
        _saving = new Together<UserProfile, UserProfile>(SaveAllAsync, MostInRound);
    }

    public async ValueTask SaveAsync(UserProfile profile, CancellationToken cancellationToken)
    {
        if (_saved.Contains(profile)) return;
        await _saving.AskAsync(profile, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<UserProfile>> FindAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellationToken)
    {
        var profiles = new List<UserProfile>(ids.Count);
        foreach (var some in ids.Distinct().Chunk(500))
        {
            var rows = await _database.ReadAsync(
                connection => connection.QueryAsync<ProfileRow>(
                    $"select {ProfileRow.Columns} from users u where u.id {_database.Dialect.IsOneOf("@Ids")}", new { Ids = some.Select(id => id.Value).ToArray() }),
                cancellationToken);
            var found = rows.ToDictionary(row => row.ProfileId!, StringComparer.Ordinal);
            profiles.AddRange(some.Select(id => found.GetValueOrDefault(id.Value).ToProfile(id)));
        }
        return profiles;
    }

    private async Task<IReadOnlyList<UserProfile>> SaveAllAsync(IReadOnlyList<UserProfile> profiles)
    {
        // No statement can update a row twice: of several for one user the last counts. In the order of the ids, so that two nodes do not lock each other out.
        var last = profiles.GroupBy(profile => profile.Id).Select(some => some.Last()).OrderBy(profile => profile.Id.Value, StringComparer.Ordinal).ToList();
        var rows = JsonRows.Of(last, static (writer, profile) =>
        {
            writer.WriteStringValue(profile.Id.Value);
            writer.WriteStringValue(profile.Name);
            writer.WriteStringValue(profile.AvatarUrl);
            writer.WriteStringValue(MentionText.NameOf(profile.Name));
        });
        await _database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(_save, new { Profiles = rows, Now = Columns.Of(_time.GetUtcNow()) }, transaction), CancellationToken.None);
        foreach (var profile in last) _saved.Add(profile);
        return profiles;
    }
}
