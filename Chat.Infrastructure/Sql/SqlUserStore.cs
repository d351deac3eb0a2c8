using Chat.Domain.Users;
using Dapper;
using Microsoft.Extensions.Caching.Memory;

namespace Chat.Infrastructure.Sql;

/// <summary>Keeps profiles, and remembers which it has kept lately, so that a user who connects again costs no write.</summary>
internal sealed class SqlUserStore(SqlDatabase database, TimeProvider time) : IUserStore, IDisposable
{
    /// <summary>Profiles remembered; each takes a few hundred octets.</summary>
    private const int MostRemembered = 50_000;

    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _saved = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    public async ValueTask SaveAsync(UserProfile profile, CancellationToken cancellationToken)
    {
        if (_saved.TryGetValue(profile.Id, out UserProfile? saved) && saved == profile) return;

        var sql = "insert into users (id, name, avatar_url, updated_at) values (@Id, @Name, @AvatarUrl, @Now)"
            + database.Dialect.OnConflictUpdate("id", "name", "avatar_url", "updated_at");
        var row = new { Id = profile.Id.Value, profile.Name, profile.AvatarUrl, Now = Columns.Of(time.GetUtcNow()) };
        await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, row, transaction), cancellationToken);
        _saved.Set(profile.Id, profile, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = RememberedFor });
    }

    public async ValueTask<IReadOnlyList<UserProfile>> FindAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellationToken)
    {
        var profiles = new List<UserProfile>(ids.Count);
        foreach (var some in ids.Distinct().Chunk(500))
        {
            var rows = await database.ReadAsync(
                connection => connection.QueryAsync<ProfileRow>(
                    $"select {ProfileRow.Columns} from users u where u.id {database.Dialect.IsOneOf("@Ids")}", new { Ids = some.Select(id => id.Value).ToArray() }),
                cancellationToken);
            var found = rows.ToDictionary(row => row.ProfileId!, StringComparer.Ordinal);
            profiles.AddRange(some.Select(id => found.GetValueOrDefault(id.Value).ToProfile(id)));
        }
        return profiles;
    }

    public void Dispose() => _saved.Dispose();
}
