using Chat.Domain;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>Which rooms users are in, kept in Redis for a while so that the store need not be asked each time somebody comes or goes.</summary>
/// <remarks>
/// Whoever finds nothing leaves a token in its place, reads the store, and puts the rooms there only if the token is still there. A join or leave removes either; so
/// what was read before it is never kept behind it.
/// </remarks>
/// <param name="redis">Where they are kept.</param>
/// <param name="store">Where they are read.</param>
internal sealed class RedisUserRooms(RedisLink redis, IUserRooms store) : IUserRooms
{
    private const int LifeSeconds = 300;
    private const char TokenMark = '?';
    private static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(10);

    public async ValueTask<IReadOnlyDictionary<UserId, IReadOnlyList<RoomId>>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken)
    {
        var all = users.Distinct().ToArray();
        try
        {
            var kept = await redis.AskAsync(database => database.StringGetAsync([.. all.Select(KeyOf)]), cancellationToken);
            var found = new Dictionary<UserId, IReadOnlyList<RoomId>>();
            var missing = new List<UserId>();
            foreach (var (user, rooms) in all.Zip(kept))
            {
                if (rooms.IsNull || ((string)rooms!).StartsWith(TokenMark)) missing.Add(user);
                else found[user] = Read(rooms!);
            }
            if (missing.Count > 0) await FillAsync(missing, found, cancellationToken);
            return found;
        }
        catch (StoreUnavailableException)
        {
            // Redis, which the link has logged; or the store, which then fails again.
            return await store.FindAsync(all, cancellationToken);
        }
    }

    /// <summary>Somebody's rooms are others now.</summary>
    /// <exception cref="StoreUnavailableException">Redis cannot be reached: what is kept may be told for five minutes more.</exception>
    public Task ForgetAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken) =>
        redis.AskAsync(database => database.KeyDeleteAsync([.. users.Select(KeyOf)]), cancellationToken);

    private async Task FillAsync(List<UserId> missing, Dictionary<UserId, IReadOnlyList<RoomId>> found, CancellationToken cancellationToken)
    {
        RedisValue token = $"{TokenMark}{Guid.NewGuid():N}";
        await redis.AskAsync(database => Task.WhenAll(missing.Select(user => database.StringSetAsync(KeyOf(user), token, TokenLife))), cancellationToken);
        var read = await store.FindAsync(missing, cancellationToken);
        foreach (var user in missing) found[user] = read.GetValueOrDefault(user) ?? [];
        await redis.AskAsync(
            database => Task.WhenAll(missing.Select(user =>
                database.ScriptEvaluateAsync(RedisScripts.FillRooms, keys: null, [(string)KeyOf(user)!, token, string.Join(' ', found[user]), LifeSeconds]))),
            cancellationToken);
    }

    private static RedisKey KeyOf(UserId user) => $"{RedisLink.Prefix}rooms:{user}";

    private static List<RoomId> Read(string rooms) => [.. rooms.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(RoomId.Parse)];
}
