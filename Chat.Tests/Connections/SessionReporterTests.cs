using System.Text;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Chat.Infrastructure.InProcess;
using Chat.Infrastructure.Sql;
using Chat.Tests.Conformance;
using Chat.Tests.Journeys;
using Chat.Tests.Transcripts.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Connections;

/// <summary>What a node tells of its sessions when what is shared was away for long. The gateway is put together as the program does it, and not started.</summary>
public sealed class SessionReporterTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;
    private readonly MortalSessionStore _store = new();
    private WebApplication _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = Program.Compose(
        [
            $"--Auth:SymmetricKey={GatewayProcess.SharedKey}", "--Stomp:Tcp:Port=0", $"--Database:ConnectionString=Data Source={Path.Combine(_folder, "chat.db")}",
            "--Logging:LogLevel:Default=Warning",
        ]);
        await _gateway.Services.MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, InlineData(2, 1), InlineData(3, 0)]
    public async Task Sessions_that_ended_while_nothing_could_be_told_are_over_also_when_they_are_too_many_to_remember(int mostEnding, int leaves)
    {
        var registry = _gateway.Services.GetRequiredService<SessionRegistry>();
        var announce = _gateway.Services.GetRequiredService<AnnouncePresence>();
        using var reporter = new SessionReporter(registry, _store, announce, new PresenceOptions(), TimeProvider.System, NullLogger<SessionReporter>.Instance)
        {
            MostEnding = mostEnding,
        };
        await reporter.StartAsync(CancellationToken.None);
        await using var alice = await ConnectAsync("alice");
        MemoryChannel[] bobs = [await ConnectAsync("bob"), await ConnectAsync("bob"), await ConnectAsync("bob")];
        await EventuallyAsync(async () => await _store.CountAsync("alice") == 1 && await _store.CountAsync("bob") == 3);

        _store.IsAway = true;
        foreach (var bob in bobs) await bob.DisposeAsync();
        await EventuallyAsync(() => Task.FromResult(_store.Refusals >= 2));
        _store.IsAway = false;

        await EventuallyAsync(async () => await _store.CountAsync("alice") == 1 && await _store.CountAsync("bob") == 0);
        _store.Leaves.Should().Be(1 + leaves, "the first is the start's");
        await reporter.StopAsync(CancellationToken.None);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_an_earlier_process_of_this_name_left_behind_is_taken_out(bool isAwayAtTheStart)
    {
        var left = new Session("left", UserId.Parse("alice"), new NodeId("chat-1"), DateTimeOffset.UnixEpoch) { State = PresenceState.Online, Transport = "websocket", Version = "1.2" };
        await _store.SaveAsync([new SessionChange(left, Ended: false)], CancellationToken.None);
        _store.IsAway = isAwayAtTheStart;
        var registry = _gateway.Services.GetRequiredService<SessionRegistry>();
        var announce = _gateway.Services.GetRequiredService<AnnouncePresence>();
        using var reporter = new SessionReporter(registry, _store, announce, new PresenceOptions(), TimeProvider.System, NullLogger<SessionReporter>.Instance);

        await reporter.StartAsync(CancellationToken.None);
        await using var bob = await ConnectAsync("bob");
        _store.IsAway = false;

        await EventuallyAsync(async () => await _store.CountAsync("alice") == 0 && await _store.CountAsync("bob") == 1);
        await reporter.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_is_shared_and_older_than_it_was_is_put_right()
    {
        var registry = _gateway.Services.GetRequiredService<SessionRegistry>();
        var announce = _gateway.Services.GetRequiredService<AnnouncePresence>();
        using var reporter = new SessionReporter(registry, _store, announce, new PresenceOptions(), TimeProvider.System, NullLogger<SessionReporter>.Instance);
        await reporter.StartAsync(CancellationToken.None);
        await using var bob = await ConnectAsync("bob");
        await EventuallyAsync(async () => await _store.CountAsync("bob") == 1);

        // As a Redis is that was started again with what it had a minute ago.
        var ended = new Session("ended", UserId.Parse("alice"), new NodeId("chat-1"), DateTimeOffset.UnixEpoch) { State = PresenceState.Online, Transport = "websocket", Version = "1.2" };
        await _store.SaveAsync([new SessionChange(ended, Ended: false)], CancellationToken.None);
        _store.LoseLease();

        await EventuallyAsync(async () => await _store.CountAsync("alice") == 0 && await _store.CountAsync("bob") == 1);
        _store.Leaves.Should().Be(2, "the first is the start's");
        await reporter.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_cannot_be_told_as_the_rooms_are_not_known_is_told_when_they_are()
    {
        var registry = _gateway.Services.GetRequiredService<SessionRegistry>();
        var (bus, rooms) = (new RecordingBus(), new OneRoomForAll { IsAway = true });
        using var reporter = new SessionReporter(
            registry, _store, new AnnouncePresence(rooms, bus, TimeProvider.System), new PresenceOptions(), TimeProvider.System, NullLogger<SessionReporter>.Instance);
        await reporter.StartAsync(CancellationToken.None);
        await using var alice = await ConnectAsync("alice");
        await EventuallyAsync(() => Task.FromResult(rooms.Refusals > 0));

        rooms.IsAway = false;

        await EventuallyAsync(() => Task.FromResult(bus.Signals.Count > 0));
        bus.Signals.Should().ContainSingle().Which.Should().BeOfType<PresenceSignal>().Which.UserId.Value.Should().Be("alice");
        await reporter.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Where_thousands_are_gone_at_once_the_bus_has_time_for_all_of_them()
    {
        var clock = new FakeTimeProvider();
        var bus = new RecordingBus();
        var changes = Enumerable.Range(0, 600).Select(i => new PresenceChange(UserId.Parse($"user-{i}"), new UserPresence(PresenceState.Offline, LastSeenAt: null))).ToList();

        var telling = new AnnouncePresence(new OneRoomForAll(), bus, clock).ExecuteAsync(changes, CancellationToken.None);

        bus.Signals.Should().HaveCount(256);
        await EventuallyAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(telling.IsCompletedSuccessfully);
        });
        bus.Signals.Should().HaveCount(600);
    }

    private sealed class OneRoomForAll : IUserRooms
    {
        private volatile bool _isAway;
        private volatile int _refusals;

        public bool IsAway
        {
            set => _isAway = value;
        }

        /// <summary>How often it was asked while it was away.</summary>
        public int Refusals => _refusals;

        public ValueTask<IReadOnlyDictionary<UserId, IReadOnlyList<RoomId>>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken)
        {
            if (!_isAway) return ValueTask.FromResult<IReadOnlyDictionary<UserId, IReadOnlyList<RoomId>>>(users.ToDictionary(user => user, IReadOnlyList<RoomId> (_) => [RoomId.Parse("room")]));
            Interlocked.Increment(ref _refusals);
            throw new StoreUnavailableException("The test took the rooms away.");
        }
    }

    private async Task<MemoryChannel> ConnectAsync(string user)
    {
        var channel = new MemoryChannel(_gateway.Services.GetRequiredService<IConnectionRunner>());
        await channel.SendAsync(Encoding.UTF8.GetBytes($"CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer {TestTokens.Issue(user)}\n\n\0"));
        Encoding.UTF8.GetString((await channel.ReceiveAsync())!).Should().StartWith("CONNECTED");
        return channel;
    }

    /// <summary>The sessions in memory, which can be away.</summary>
    private sealed class MortalSessionStore : ISessionStore
    {
        private readonly MemorySessionStore _sessions = new(TimeProvider.System);
        private volatile bool _isAway;
        private volatile int _refusals;
        private bool _isLeaseLost;

        public bool IsAway
        {
            set => _isAway = value;
        }

        /// <summary>How often it was asked while it was away.</summary>
        public int Refusals => _refusals;

        public int Leaves { get; private set; }

        public async Task<int> CountAsync(string user) => (await _sessions.ListAsync(UserId.Parse(user), CancellationToken.None)).Count;

        public ValueTask<IReadOnlyList<PresenceChange>> SaveAsync(IReadOnlyCollection<SessionChange> changes, CancellationToken cancellationToken)
        {
            BeThere();
            return _sessions.SaveAsync(changes, cancellationToken);
        }

        /// <summary>Has the next renewal find no lease.</summary>
        public void LoseLease() => _isLeaseLost = true;

        public async ValueTask<LeaseRenewal> RenewAsync(CancellationToken cancellationToken)
        {
            BeThere();
            var renewal = await _sessions.RenewAsync(cancellationToken);
            return Interlocked.Exchange(ref _isLeaseLost, false) ? renewal with { WasLost = true } : renewal;
        }

        public ValueTask<IReadOnlyList<PresenceChange>> LeaveAsync(CancellationToken cancellationToken)
        {
            BeThere();
            Leaves++;
            return _sessions.LeaveAsync(cancellationToken);
        }

        public ValueTask<IReadOnlyList<Session>> ListAsync(UserId user, CancellationToken cancellationToken) => _sessions.ListAsync(user, cancellationToken);

        private void BeThere()
        {
            if (!_isAway) return;
            Interlocked.Increment(ref _refusals);
            throw new StoreUnavailableException("The test took the store away.");
        }
    }
}
