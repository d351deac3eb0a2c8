using Chat.Domain.Events;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Conformance;

/// <summary>What every event bus promises to a node, also to one that is alone. That something is not heard is shown by what comes after it.</summary>
public abstract class EventBusSuite : IAsyncLifetime
{
    private EventBusNode _node = null!;

    private RecordingReceiver Receiver => _node.Receiver;

    public async Task InitializeAsync() => _node = await StartNodeAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    private protected abstract Task<EventBusNode> StartNodeAsync();

    [SuiteFact]
    public async Task A_node_hears_its_own_events_of_a_room_it_listens_to_with_every_octet_unchanged()
    {
        var room = Sample.NewRoom();
        await _node.ListenAsync(room);
        var published = Sample.Message(room, 18) with { Subject = UserId.Parse("한국#사용자.*"), MessageOrdinal = 12, MessageSeq = 18 };

        await _node.PublishAsync(published);

        var heard = await Receiver.NextEventAsync();
        heard.Should().Be(published with { Body = heard.Body });
        heard.Body.ToArray().Should().Equal(published.Body.ToArray());
    }

    [SuiteFact]
    public async Task A_room_that_nobody_listens_to_is_not_heard()
    {
        var (listened, other) = (Sample.NewRoom(), Sample.NewRoom());
        await _node.ListenAsync(listened);

        await _node.PublishAsync(Sample.Message(other, 1), Sample.Message(listened, 2));

        (await Receiver.NextEventAsync()).RoomId.Should().Be(listened);
    }

    [SuiteFact]
    public async Task A_room_whose_name_begins_with_that_of_another_is_another_room()
    {
        var (room, longer) = (RoomId.Parse("42"), RoomId.Parse("421"));
        await _node.ListenAsync(room);

        await _node.PublishAsync(Sample.Message(longer, 1), Sample.Message(room, 2));

        (await Receiver.NextEventAsync()).RoomId.Should().Be(room);
    }

    [SuiteFact]
    public async Task After_listening_twice_one_stop_is_enough()
    {
        var (left, stayed) = (Sample.NewRoom(), Sample.NewRoom());
        await _node.ListenAsync(left);
        await _node.ListenAsync(left);
        await _node.ListenAsync(stayed);
        await _node.StopListeningAsync(left);

        await _node.PublishAsync(Sample.Message(left, 1), Sample.Message(stayed, 2));

        (await Receiver.NextEventAsync()).RoomId.Should().Be(stayed);
    }

    [SuiteFact]
    public async Task A_room_that_is_left_and_entered_again_in_haste_is_heard()
    {
        var room = Sample.NewRoom();
        List<Task> changes = [];
        for (var i = 0; i < 20; i++)
        {
            changes.Add(_node.ListenAsync(room));
            changes.Add(_node.StopListeningAsync(room));
        }
        changes.Add(_node.ListenAsync(room));
        await Task.WhenAll(changes);

        await _node.PublishAsync(Sample.Message(room, 1));

        (await Receiver.NextEventAsync()).Seq.Should().Be(1);
    }

    [SuiteFact]
    public async Task What_one_node_announces_arrives_in_that_order()
    {
        const int Batches = 10, PerBatch = 100;
        var room = Sample.NewRoom();
        await _node.ListenAsync(room);

        for (var batch = 0; batch < Batches; batch++)
            await _node.PublishAsync([.. Enumerable.Range((batch * PerBatch) + 1, PerBatch).Select(seq => Sample.Message(room, seq))]);

        for (var seq = 1; seq <= Batches * PerBatch; seq++)
            (await Receiver.NextEventAsync()).Seq.Should().Be(seq);
    }

    [SuiteFact]
    public async Task The_receiver_is_called_by_one_at_a_time()
    {
        const int Publishers = 4, Each = 50;
        var rooms = Enumerable.Range(0, Publishers).Select(_ => Sample.NewRoom()).ToArray();
        await Task.WhenAll(rooms.Select(_node.ListenAsync));
        var user = Sample.NewUser();
        await _node.ListenAsync(user);

        await Task.WhenAll(rooms.Select(room => Task.Run(async () =>
        {
            for (var seq = 1; seq <= Each; seq++)
            {
                await _node.PublishAsync(Sample.Message(room, seq));
                _node.Bus.Signal(Sample.Read(user, room, seq));
            }
        })));

        for (var i = 0; i < Publishers * Each * 2; i++) await Receiver.NextAsync();
        Receiver.WasCalledByTwoAtOnce.Should().BeFalse();
    }

    [SuiteFact]
    public async Task A_call_of_the_receiver_may_lead_to_listening_to_another_room()
    {
        var (first, second) = (Sample.NewRoom(), Sample.NewRoom());
        await _node.ListenAsync(first);
        var listening = new TaskCompletionSource<Task>();
        Receiver.WhenTold = published =>
        {
            if (published.RoomId == first) listening.SetResult(_node.ListenAsync(second));
        };

        await _node.PublishAsync(Sample.Message(first, 1));
        await await listening.Task;
        await _node.PublishAsync(Sample.Message(second, 1));

        (await Receiver.NextEventAsync()).RoomId.Should().Be(first);
        (await Receiver.NextEventAsync()).RoomId.Should().Be(second);
    }

    [SuiteFact]
    public async Task After_a_call_in_which_the_receiver_failed_the_next_event_comes_all_the_same()
    {
        var room = Sample.NewRoom();
        await _node.ListenAsync(room);
        Receiver.WhenTold = published =>
        {
            if (published.Seq == 1) throw new InvalidOperationException("The receiver fails at the first event.");
        };

        await _node.PublishAsync(Sample.Message(room, 1), Sample.Message(room, 2));

        (await Receiver.NextEventAsync()).Seq.Should().Be(1);
        (await Receiver.NextEventAsync()).Seq.Should().Be(2);
    }

    [SuiteFact]
    public async Task A_thousand_rooms_are_listened_to_at_once()
    {
        var rooms = Enumerable.Range(0, 1_000).Select(_ => Sample.NewRoom()).ToArray();

        await Task.WhenAll(rooms.Select(_node.ListenAsync));
        await _node.PublishAsync([.. rooms.Select(room => Sample.Message(room, 1))]);

        foreach (var room in rooms)
            (await Receiver.NextEventAsync()).RoomId.Should().Be(room);
    }

    [SuiteFact]
    public async Task A_member_event_reaches_the_node_of_the_member_without_the_room()
    {
        var (member, other) = (Sample.NewUser(), Sample.NewUser());
        await _node.ListenAsync(member);
        var room = Sample.NewRoom();

        await _node.PublishAsync(
            Sample.Message(room, 1) with { Subject = member },
            Sample.Joined(room, 2, other),
            Sample.Joined(room, 3, member));

        var heard = await Receiver.NextEventAsync();
        heard.Should().Be(Sample.Joined(room, 3, member) with { Body = heard.Body });
    }

    [SuiteFact]
    public async Task Signals_reach_those_who_listen_for_their_user()
    {
        var (user, other, left) = (Sample.NewUser(), Sample.NewUser(), Sample.NewUser());
        await _node.ListenAsync(user);
        await _node.ListenAsync(left);
        await _node.StopListeningAsync(left);
        var room = Sample.NewRoom();

        _node.Bus.Signal(Sample.Read(other, room, 1));
        _node.Bus.Signal(Sample.Read(left, room, 2));
        _node.Bus.Signal(Sample.Read(user, room, 3));

        (await Receiver.NextAsync()).Should().Be(Sample.Read(user, room, 3));

        var back = new ReadSignal(user, room, Seq: 2, Count: 1, GoesBack: true);
        _node.Bus.Signal(back);
        (await Receiver.NextAsync()).Should().Be(back);
    }

    [SuiteFact]
    public async Task A_signal_of_a_room_list_arrives_as_it_was_sent()
    {
        var listing = new ListingSignal(Sample.NewUser(), Sample.NewRoom());
        await _node.ListenAsync(listing.UserId);

        _node.Bus.Signal(listing);

        (await Receiver.NextAsync()).Should().Be(listing);
    }

    [SuiteFact]
    public async Task A_rooms_signals_reach_those_who_look_and_no_others()
    {
        var (looked, heard, left, user) = (Sample.NewRoom(), Sample.NewRoom(), Sample.NewRoom(), Sample.NewUser());
        await _node.Bus.ListenToSignalsAsync(looked, CancellationToken.None);
        await _node.ListenAsync(heard);
        await _node.Bus.ListenToSignalsAsync(left, CancellationToken.None);
        await _node.Bus.StopListeningToSignalsAsync(left, CancellationToken.None);
        var presence = new UserPresence(PresenceState.Away, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123));

        _node.Bus.Signal(new TypingSignal(heard, user, On: true));
        _node.Bus.Signal(new TypingSignal(left, user, On: true));
        _node.Bus.Signal(new TypingSignal(looked, user, On: true));
        _node.Bus.Signal(new PresenceSignal(looked, user, presence));
        _node.Bus.Signal(new ReadPositionSignal(looked, user, 18));

        (await Receiver.NextAsync()).Should().Be(new TypingSignal(looked, user, On: true));
        (await Receiver.NextAsync()).Should().Be(new PresenceSignal(looked, user, presence));
        (await Receiver.NextAsync()).Should().Be(new ReadPositionSignal(looked, user, 18));
    }

    [SuiteFact]
    public async Task What_concerns_every_node_is_heard_without_listening()
    {
        _node.Bus.Signal(new RevokedSignal());

        await Receiver.Revoked.WaitAsync(Patience);
    }

    [SuiteFact]
    public async Task Whatever_stands_in_a_user_id_it_names_that_user_alone()
    {
        UserId[] users = [.. new[] { "#", "*", "a.b", "a.#", "user.*", "한국 사용자", "Alice", "alice", new string('가', UserId.MaxLength) }.Select(UserId.Parse)];
        var room = Sample.NewRoom();

        for (var i = 0; i < users.Length; i++)
        {
            await _node.ListenAsync(users[i]);

            foreach (var user in users) _node.Bus.Signal(Sample.Read(user, room, i));
            (await Receiver.NextAsync()).Should().Be(Sample.Read(users[i], room, i));
            await _node.PublishAsync([.. users.Select(user => Sample.Joined(room, i, user))]);
            (await Receiver.NextEventAsync()).Subject.Should().Be(users[i]);

            await _node.StopListeningAsync(users[i]);
        }
    }

    [SuiteFact]
    public async Task To_announce_nothing_is_no_failure() =>
        await _node.Awaiting(node => node.PublishAsync()).Should().NotThrowAsync();
}

public sealed class InProcessEventBusTests : EventBusSuite
{
    private protected override Task<EventBusNode> StartNodeAsync() => EventBusNode.StartAsync(broker: null);
}
