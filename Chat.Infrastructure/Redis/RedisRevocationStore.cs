using Chat.Domain.Sessions;

namespace Chat.Infrastructure.Redis;

/// <summary>Revocations in Redis, under keys that the Auth Server may write as well (docs/redis.md).</summary>
internal sealed class RedisRevocationStore(RedisLink redis, TimeProvider time) : IRevocationStore
{
    private const string Tokens = $"{RedisLink.Prefix}revoked:tokens";
    private const string Users = $"{RedisLink.Prefix}revoked:users";
    private const string Sessions = $"{RedisLink.Prefix}revoked:sessions";
    private const string Version = $"{RedisLink.Prefix}revoked:version";

    public async ValueTask AddAsync(Revocation revocation, CancellationToken cancellationToken) => await redis.AskAsync(
        async database =>
        {
            var now = Seconds(time.GetUtcNow());
            await Task.WhenAll(
                // GT: of two times for one user the later counts (Redis 6.2).
                database.ExecuteAsync("ZADD", KeyOf(revocation.Kind), "GT", Seconds(revocation.IssuedBefore ?? revocation.ExpiresAt), revocation.Subject),
                database.SortedSetRemoveRangeByScoreAsync(Tokens, double.NegativeInfinity, now),
                database.SortedSetRemoveRangeByScoreAsync(Sessions, double.NegativeInfinity, now),
                database.SortedSetRemoveRangeByScoreAsync(Users, double.NegativeInfinity, now - Revocation.TokensKeptFor.TotalSeconds));
            return await database.StringIncrementAsync(Version);
        },
        cancellationToken);

    public async ValueTask<RevocationList?> ReadAsync(string? seenVersion, CancellationToken cancellationToken)
    {
        // The version is read first: what is added behind it is read again with the next one.
        var version = await redis.AskAsync(database => database.StringGetAsync(Version), cancellationToken);
        var seen = version.IsNull ? "" : version.ToString();
        if (seen == seenVersion) return null;
        var now = Seconds(time.GetUtcNow());
        var found = await redis.AskAsync(
            database => Task.WhenAll(
                database.SortedSetRangeByScoreWithScoresAsync(Tokens, now),
                database.SortedSetRangeByScoreWithScoresAsync(Users, now - Revocation.TokensKeptFor.TotalSeconds),
                database.SortedSetRangeByScoreWithScoresAsync(Sessions, now)),
            cancellationToken);
        return new RevocationList(seen,
        [
            .. found[0].Select(entry => new Revocation(RevocationKind.Token, entry.Element!, IssuedBefore: null, Time(entry.Score))),
            .. found[1].Select(entry => new Revocation(RevocationKind.User, entry.Element!, Time(entry.Score), Time(entry.Score) + Revocation.TokensKeptFor)),
            .. found[2].Select(entry => new Revocation(RevocationKind.Session, entry.Element!, IssuedBefore: null, Time(entry.Score))),
        ]);
    }

    private static string KeyOf(RevocationKind kind) => kind switch
    {
        RevocationKind.Token => Tokens,
        RevocationKind.User => Users,
        _ => Sessions,
    };

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static DateTimeOffset Time(double seconds) => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(seconds * 1000));
}
