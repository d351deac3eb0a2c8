using Chat.Domain.Sessions;
using Chat.Tests.Support.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

/// <summary>What every store of revocations promises.</summary>
public abstract class RevocationStoreSuite : IAsyncLifetime
{
    private protected DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    private IAsyncDisposable _node = null!;

    private protected IRevocationStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => (_node, Store) = await CreateAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private protected abstract Task<(IAsyncDisposable Node, IRevocationStore Store)> CreateAsync();

    [SuiteFact]
    public async Task What_was_added_is_read_and_then_nothing_new()
    {
        Revocation[] all =
        [
            new(RevocationKind.Token, "a token's id", IssuedBefore: null, Now.AddHours(1)),
            new(RevocationKind.User, "한국 사용자", Now, Now + Revocation.TokensKeptFor),
            new(RevocationKind.Session, "0123abc", IssuedBefore: null, Now.AddMinutes(5)),
        ];
        var before = await ReadAsync(seen: null);
        foreach (var one in all) await Store.AddAsync(one, CancellationToken.None);

        var list = await ReadAsync(before!.Version);

        list!.Items.Should().BeEquivalentTo(all);
        (await ReadAsync(list.Version)).Should().BeNull();
    }

    [SuiteFact]
    public async Task Of_two_times_for_one_user_the_later_counts_in_whatever_order_they_came()
    {
        await AddAsync(Now.AddMinutes(-1));
        await AddAsync(Now);
        await AddAsync(Now.AddMinutes(-2));

        (await ReadAsync(seen: null))!.Items.Should().ContainSingle().Which.IssuedBefore.Should().Be(Now);

        Task AddAsync(DateTimeOffset before) =>
            Store.AddAsync(new Revocation(RevocationKind.User, "alice", before, Now + Revocation.TokensKeptFor), CancellationToken.None).AsTask();
    }

    [SuiteFact]
    public async Task What_has_expired_is_gone()
    {
        await Store.AddAsync(new Revocation(RevocationKind.Token, "old", IssuedBefore: null, Now.AddMinutes(-1)), CancellationToken.None);
        await Store.AddAsync(new Revocation(RevocationKind.Token, "new", IssuedBefore: null, Now.AddHours(1)), CancellationToken.None);

        (await ReadAsync(seen: null))!.Items.Should().ContainSingle().Which.Subject.Should().Be("new");
    }

    private protected async Task<RevocationList?> ReadAsync(string? seen) => await Store.ReadAsync(seen, CancellationToken.None);
}

[Needs(Server.Redis)]
public sealed class RedisRevocationStoreTests(OwnRedis redis) : RevocationStoreSuite, IClassFixture<OwnRedis>
{
    private protected override async Task<(IAsyncDisposable Node, IRevocationStore Store)> CreateAsync()
    {
        var node = new LiveNode((await redis.EmptyAsync()).ConnectionString);
        return (node, node.Revocations);
    }

    [SuiteFact]
    public async Task What_the_Auth_Server_writes_itself_is_read()
    {
        var server = await redis.Server;
        await server.AskAsync($"ZADD chat:revoked:tokens {TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()} its-jti");
        await server.AskAsync("INCR chat:revoked:version");

        (await Store.ReadAsync("", CancellationToken.None))!.Items.Should().ContainSingle().Which.Should().Match<Revocation>(r => r.Kind == RevocationKind.Token && r.Subject == "its-jti");
    }
}

public abstract class SqlRevocationStoreSuite(StoreDatabase database) : RevocationStoreSuite
{
    private string _connectionString = "";

    private protected override async Task<(IAsyncDisposable Node, IRevocationStore Store)> CreateAsync()
    {
        var node = await StoreNode.StartAsync(database.Provider, _connectionString = await database.CreateAsync());
        return (node, node.Revocations);
    }

    [SuiteFact]
    public async Task What_a_node_changes_whose_clock_is_behind_is_seen()
    {
        var clock = new FakeTimeProvider(Now.AddMinutes(-1));
        await using var behind = StoreNode.Create(database.Provider, _connectionString, clock);
        await behind.Revocations.AddAsync(Of("bob", Now.AddMinutes(-2)), CancellationToken.None);
        await Store.AddAsync(Of("alice", Now), CancellationToken.None);
        var seen = (await ReadAsync(seen: null))!.Version;

        clock.Advance(TimeSpan.FromSeconds(1));
        await behind.Revocations.AddAsync(Of("bob", Now.AddMinutes(-1)), CancellationToken.None);

        (await ReadAsync(seen))!.Items.Should().Contain(Of("bob", Now.AddMinutes(-1)));

        static Revocation Of(string user, DateTimeOffset before) => new(RevocationKind.User, user, before, before + Revocation.TokensKeptFor);
    }
}

public sealed class SqliteRevocationStoreTests() : SqlRevocationStoreSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlRevocationStoreTests() : SqlRevocationStoreSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresRevocationStoreTests() : SqlRevocationStoreSuite(StoreDatabase.Postgres);
