using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

/// <summary>What every store of sessions promises to a node, also to one that is alone.</summary>
public abstract class SessionStoreSuite : IAsyncLifetime
{
    private protected LiveNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await CreateNodeAsync();
        (await Node.RenewAsync()).WasLost.Should().BeTrue();
    }

    public Task DisposeAsync() => Node.DisposeAsync().AsTask();

    private protected abstract Task<LiveNode> CreateNodeAsync();

    [SuiteFact]
    public async Task A_session_is_listed_as_it_was_entered_until_it_ends()
    {
        var user = Sample.NewUser();
        var (one, other) = (Node.NewSession(user), Node.NewSession(user, PresenceState.Away) with { Client = null, Address = null });
        await Node.EnterAsync(one, other, Node.NewSession(Sample.NewUser()));

        (await Node.Sessions.ListAsync(user, CancellationToken.None)).Should().BeEquivalentTo([one, other]);

        await Node.EndAsync(one);
        (await Node.Sessions.ListAsync(user, CancellationToken.None)).Should().Equal(other);
    }

    [SuiteFact]
    public async Task A_user_is_as_present_as_the_most_present_session_and_each_change_is_told_once()
    {
        var user = Sample.NewUser();
        var (desk, phone) = (Node.NewSession(user), Node.NewSession(user, PresenceState.Away));

        (await Node.EnterAsync(phone)).Should().Equal(new PresenceChange(user, new UserPresence(PresenceState.Away, LastSeenAt: null)));
        (await Node.EnterAsync(desk)).Should().Equal(new PresenceChange(user, new UserPresence(PresenceState.Online, LastSeenAt: null)));
        (await Node.EnterAsync(desk)).Should().BeEmpty();
        (await Node.EnterAsync(desk with { State = PresenceState.Away })).Should().ContainSingle().Which.Presence.State.Should().Be(PresenceState.Away);
        (await Node.EndAsync(phone)).Should().BeEmpty();
        (await Node.EndAsync(desk)).Should().ContainSingle().Which.Presence.State.Should().Be(PresenceState.Offline);
    }

    [SuiteFact]
    public async Task Who_went_was_last_seen_when_they_were_last_online()
    {
        var user = Sample.NewUser();
        var session = Node.NewSession(user);
        await Node.EnterAsync(session);
        (await Node.PresenceOfAsync(user)).Should().Be(new UserPresence(PresenceState.Online, LastSeenAt: null));

        await Node.EnterAsync(session with { State = PresenceState.Away });
        var away = await Node.PresenceOfAsync(user);
        await Node.EndAsync(session);

        away.LastSeenAt.Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10));
        (await Node.PresenceOfAsync(user)).Should().Be(away with { State = PresenceState.Offline });
        (await Node.PresenceOfAsync(Sample.NewUser())).Should().Be(UserPresence.Unknown);
    }

    [SuiteFact]
    public async Task A_lease_that_is_renewed_in_time_keeps_what_was_entered()
    {
        var user = Sample.NewUser();
        await Node.EnterAsync(Node.NewSession(user));

        (await Node.RenewAsync()).Should().Match<LeaseRenewal>(renewal => !renewal.WasLost && renewal.Changes.Count == 0);
        (await Node.PresenceOfAsync(user)).IsConnected.Should().BeTrue();
    }

    [SuiteFact]
    public async Task A_node_that_leaves_takes_its_users_with_it()
    {
        var users = Enumerable.Range(0, 450).Select(_ => Sample.NewUser()).ToList();
        await Node.EnterAsync([.. users.Select(user => Node.NewSession(user))]);

        var changes = await Node.Sessions.LeaveAsync(CancellationToken.None);

        changes.Select(change => change.UserId).Should().BeEquivalentTo(users);
        changes.Should().OnlyContain(change => change.Presence.State == PresenceState.Offline);
        (await Node.Sessions.ListAsync(users[0], CancellationToken.None)).Should().BeEmpty();
        (await Node.RenewAsync()).WasLost.Should().BeTrue();
    }
}

public sealed class MemorySessionStoreTests : SessionStoreSuite
{
    private protected override Task<LiveNode> CreateNodeAsync() => Task.FromResult(new LiveNode(redis: null));
}

/// <summary>A Redis of the class's own, emptied for each test: what nodes leave behind is everybody's business.</summary>
public sealed class OwnRedis : IAsyncLifetime
{
    private readonly Lazy<Task<RedisServer>> _server = new(RedisServer.StartAsync);

    internal Task<RedisServer> Server => _server.Value;

    internal async Task<RedisServer> EmptyAsync()
    {
        var server = await Server;
        (await server.AskAsync("FLUSHALL")).Should().Be("+OK");
        return server;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}

[Needs(Server.Redis)]
public sealed class RedisSessionStoreTests(OwnRedis redis) : SessionStoreSuite, IClassFixture<OwnRedis>
{
    private protected override async Task<LiveNode> CreateNodeAsync() => new((await redis.EmptyAsync()).ConnectionString);

    [SuiteFact]
    public async Task Sessions_on_all_nodes_count()
    {
        await using var other = new LiveNode((await redis.Server).ConnectionString);
        await other.RenewAsync();
        var user = Sample.NewUser();
        var (here, there) = (Node.NewSession(user), other.NewSession(user, PresenceState.Away));
        await Node.EnterAsync(here);

        (await other.EnterAsync(there)).Should().BeEmpty();
        (await other.Sessions.ListAsync(user, CancellationToken.None)).Should().BeEquivalentTo([here, there]);
        (await Node.EndAsync(here)).Should().ContainSingle().Which.Presence.State.Should().Be(PresenceState.Away);
    }

    [SuiteFact]
    public async Task Whoever_renews_next_takes_out_what_a_dead_node_left_behind()
    {
        await using var dead = new LiveNode((await redis.Server).ConnectionString);
        await dead.RenewAsync();
        var users = Enumerable.Range(0, 450).Select(_ => Sample.NewUser()).ToList();
        var survivor = users[0];
        await dead.EnterAsync([.. users.Select(user => dead.NewSession(user))]);
        await Node.EnterAsync(Node.NewSession(survivor));

        // As when its lease is over.
        (await (await redis.Server).AskAsync($"DEL chat:node:{dead.Id}")).Should().Be(":1");
        (await Node.Sessions.ListAsync(users[1], CancellationToken.None)).Should().BeEmpty();
        var renewal = await Node.RenewAsync();

        renewal.Changes.Select(change => change.UserId).Should().BeEquivalentTo(users.Skip(1));
        (await Node.PresenceOfAsync(users[1])).State.Should().Be(PresenceState.Offline);
        (await Node.PresenceOfAsync(survivor)).State.Should().Be(PresenceState.Online);
        (await Node.RenewAsync()).Changes.Should().BeEmpty();
        (await dead.RenewAsync()).WasLost.Should().BeTrue();
    }

    [SuiteFact]
    public async Task A_Redis_that_has_forgotten_everything_is_noticed()
    {
        var user = Sample.NewUser();
        var session = Node.NewSession(user);
        await Node.EnterAsync(session);

        await redis.EmptyAsync();

        (await Node.RenewAsync()).WasLost.Should().BeTrue();
        (await Node.EnterAsync(session)).Should().ContainSingle();
    }
}
