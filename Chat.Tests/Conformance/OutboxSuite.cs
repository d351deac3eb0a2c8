using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Infrastructure.Sql;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

/// <summary>What is committed is announced, whatever happens to the node that committed it; and the schema is what the program needs.</summary>
public abstract class OutboxSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");

    [SuiteFact]
    public async Task What_is_committed_is_announced_once_and_leaves_nothing_behind()
    {
        await Node.StartRelayAsync();
        var room = await Node.CreateRoomAsync(_alice);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Node.PostAsync(room.Id, _alice, $"{i}")));

        await EventuallyAsync(OutboxIsEmptyAsync);

        Node.Bus.Published.Select(p => p.Seq).Should().BeEquivalentTo(Enumerable.Range(1, 51));
        Node.Bus.Published.Where(p => p.MessageOrdinal > 0).Select(p => p.MessageOrdinal).Should().BeEquivalentTo(Enumerable.Range(1, 50));
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task Changes_of_rooms_leave_nothing_behind_where_messages_leave_no_notes()
    {
        await using var alone = await StartNodeAsync();
        alone.Bus.IsShared = false;
        var room = await alone.CreateRoomAsync(_alice);
        // More than are removed along with a message, all announced right before one is sent.
        for (var i = 0; i < 40; i++) await alone.CreateRoomAsync(_alice);
        await alone.StartRelayAsync();
        await EventuallyAsync(() => Task.FromResult(alone.Bus.Published.Count == 41));
        await alone.PostAsync(room.Id, _alice, "hello");

        await EventuallyAsync(OutboxIsEmptyAsync);

        await alone.StopRelayAsync();
    }

    [SuiteFact]
    public async Task What_a_node_committed_and_did_not_announce_is_announced_by_another_within_five_seconds()
    {
        // Five seconds by a clock that only this test moves: how quick the machine is has no part in it.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var dead = await StartNodeAsync(clock);
        await using var other = await StartNodeAsync(clock);
        await other.StartRelayAsync();
        await other.CreateRoomAsync(_alice);
        // Its sweep removes the note of that, so from then on it is known to go round.
        await EventuallyAsync(() => OutboxIsEmptyAsync(clock));
        var before = other.Bus.Published.Count;

        // This node's relay never runs, as when it dies between commit and announcement.
        var room = await dead.CreateRoomAsync(_alice);
        await dead.PostAsync(room.Id, _alice, "the last words");
        for (var second = 0; second < 5; second++) clock.Advance(TimeSpan.FromSeconds(1));

        await EventuallyAsync(() => Task.FromResult(other.Bus.Published.Count == before + 2));
        other.Bus.Published.Skip(before).Select(p => (p.RoomId, p.Seq, p.Name)).Should().BeEquivalentTo([(room.Id, 1L, MemberJoined.EventName), (room.Id, 2L, MessageCreated.EventName)]);
        await EventuallyAsync(() => OutboxIsEmptyAsync(clock));
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task However_much_a_dead_node_left_it_is_announced_in_one_go_and_not_before_the_bus_is_there()
    {
        const int rooms = 250;
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var dead = await StartNodeAsync(clock);
        await using var other = await StartNodeAsync(clock);
        other.Bus.IsAway = true;
        await other.StartRelayAsync();
        var own = await other.CreateRoomAsync(_alice);
        await EventuallyAsync(() => Task.FromResult(other.Bus.Refusals > 0));
        await Task.WhenAll(Enumerable.Range(0, rooms).Select(_ => dead.CreateRoomAsync(_alice)));
        await EventuallyAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return Task.FromResult(other.Bus.Refusals > 3);
        });
        (await Node.QueryAsync<string>("select distinct node_id from outbox")).Should().BeEquivalentTo([dead.Id, other.Id], "they would wait for the bus in memory");

        other.Bus.IsAway = false;
        await EventuallyAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(other.Bus.Published.Count > 1);
        });

        await EventuallyAsync(() => Task.FromResult(other.Bus.Published.Count >= rooms + 1));
        other.Bus.Published.Should().Contain(published => published.RoomId == own.Id);
        await EventuallyAsync(() => OutboxIsEmptyAsync(clock));
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task A_note_that_cannot_be_read_holds_up_no_other_and_is_tried_again()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var dead = await StartNodeAsync(clock);
        await using var other = await StartNodeAsync(clock);
        // As a newer gateway leaves it, before the others are brought up to date.
        var strange = await dead.CreateRoomAsync(_alice);
        await dead.ExecuteAsync("update room_events set event = 'of tomorrow' where room_id = @Room", new { Room = strange.Id.Value });
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var plain = await dead.CreateRoomAsync(_alice);
        clock.Advance(TimeSpan.FromSeconds(5));
        await other.StartRelayAsync();

        await EventuallyAsync(() => IsAnnouncedAsync(plain.Id));

        await dead.ExecuteAsync("update room_events set event = @Name where room_id = @Room", new { Name = MemberJoined.EventName, Room = strange.Id.Value });
        await EventuallyAsync(() => IsAnnouncedAsync(strange.Id));
        await EventuallyAsync(() => OutboxIsEmptyAsync(clock));
        await other.StopRelayAsync();

        Task<bool> IsAnnouncedAsync(RoomId room)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return Task.FromResult(other.Bus.Published.Any(published => published.RoomId == room));
        }
    }

    [SuiteFact]
    public async Task What_could_not_be_announced_is_announced_when_the_bus_is_back()
    {
        Node.Bus.IsAway = true;
        await Node.StartRelayAsync();
        var room = await Node.CreateRoomAsync(_alice);
        (await Node.PostAsync(room.Id, _alice, "waits")).Refusal.Should().BeNull();

        Node.Bus.IsAway = false;

        await EventuallyAsync(OutboxIsEmptyAsync);
        Node.Bus.Published.Select(p => p.Seq).Should().Equal(1, 2);
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task Gateways_that_start_at_once_migrate_an_empty_database_once()
    {
        await using var first = await CreateOnEmptyAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => first.MigrateAsync()));

        var folder = $".{Provider}.Migrations.";
        var files = typeof(MigrationException).Assembly.GetManifestResourceNames().Where(n => n.Contains(folder, StringComparison.OrdinalIgnoreCase))
            .Select(n => n[(n.IndexOf(folder, StringComparison.OrdinalIgnoreCase) + folder.Length)..]);
        (await first.QueryAsync<string>("select name from schema_migrations order by number")).Should().Equal(files.Order(StringComparer.Ordinal));
        await first.CreateRoomAsync(_alice);
    }

    [SuiteFact]
    public async Task A_database_of_a_newer_program_or_of_a_changed_migration_is_refused()
    {
        await Node.ExecuteAsync("insert into schema_migrations (number, name, checksum, applied_at) values (9999, '9999_future.sql', 'x', 0)");
        await using var older = CreateNode();
        (await older.Awaiting(n => n.MigrateAsync()).Should().ThrowAsync<MigrationException>()).WithMessage("*9999_future.sql*newer*");

        await Node.ExecuteAsync("delete from schema_migrations where number = 9999");
        await Node.ExecuteAsync("update schema_migrations set checksum = 'x'");
        await using var changed = CreateNode();
        (await changed.Awaiting(n => n.MigrateAsync()).Should().ThrowAsync<MigrationException>()).WithMessage("*0001_initial.sql*");
    }

    /// <summary>A connection that ends in a transaction leaves open whether that was committed. Here another one was, of which nothing is in memory.</summary>
    /// <param name="end">The statement by which a connection ends itself.</param>
    private protected async Task AnnouncedAfterAsync(string end)
    {
        await Node.StartRelayAsync();
        var room = await Node.CreateRoomAsync(_alice);
        await EventuallyAsync(OutboxIsEmptyAsync);
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await Node.ExecuteAsync(
            "insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) values ('committed', @Node, @Room, 1, 1, @At)", new { Node = Node.Id, Room = room.Id.Value, At = at });

        await Node.Awaiting(node => node.ExecuteAsync(end)).Should().ThrowAsync<StoreUnavailableException>();

        await EventuallyAsync(OutboxIsEmptyAsync);
        Node.Bus.Published.Select(published => published.Seq).Should().Equal(1, 1);
        await Node.StopRelayAsync();
    }

    private Task<bool> OutboxIsEmptyAsync(FakeTimeProvider clock)
    {
        clock.Advance(TimeSpan.FromMilliseconds(100));
        return OutboxIsEmptyAsync();
    }

    private async Task<bool> OutboxIsEmptyAsync() => (await Node.QueryAsync<long>("select count(*) from outbox")).Single() == 0;
}
