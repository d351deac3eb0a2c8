using System.Collections.Frozen;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Chat.Tests.Conformance;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Shape;

/// <summary>
/// What is done every day reads as much where a thousand messages are stored as where a hundred are. MySQL's optimizer is the one of the three that needs care: it takes
/// none but equal values from one table of a join into another one's key.
/// </summary>
[Needs(Server.MariaDb)]
public sealed class RowsReadTests() : StoreSuite(StoreDatabase.MySql)
{
    private const int Few = 100;
    private const int Many = 1_000;

    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");
    private int _looks;

    [SuiteFact]
    public async Task What_is_done_in_a_room_reads_as_much_however_much_was_said_in_it()
    {
        await Node.StartRelayAsync();
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await SayAsync(room, Few);
        var few = await RowsReadAsync(room);
        await SayAsync(room, Many - Few);

        var many = await RowsReadAsync(room);

        foreach (var (act, rows) in many) rows.Should().BeLessThan(few[act] + (Many / 4), "{0} read {1} rows where {2} messages were", act, few[act], Few);
        await Node.StopRelayAsync();
    }

    private Dictionary<string, Func<Room, Task>> Acts() => new(StringComparer.Ordinal)
    {
        // Its walk for the search included.
        ["a message"] = async room =>
        {
            await Node.PostAsync(room.Id, _alice, "one more");
            await EventuallyAsync(LookAtIndexAsync);
        },
        ["the list of rooms"] = async _ => await Node.Rooms.ListAsync(_bob, default, after: null, 10, CancellationToken.None),
        ["the last messages"] = async room => await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: null), 20, CancellationToken.None),
        ["what came since"] = async room => await Node.EventsAsync(room.Id, (await HeadAsync(room)) - 20),
        ["a read position"] = async room => await Node.Messages.MarkReadAsync(room.Id, _bob, await HeadAsync(room) - 1, CancellationToken.None),
        ["a rare word"] = async _ => await Node.Search.ExecuteAsync(
            new Caller(_bob, "Bob", AvatarUrl: null, FrozenSet<string>.Empty), new MessageSearch { Text = "xylophone" }, after: null, 20, CancellationToken.None),
    };

    private async Task<long> HeadAsync(Room room) => (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.HeadSeq;

    private async Task SayAsync(Room room, int messages)
    {
        await Task.WhenAll(Enumerable.Range(0, messages).Select(i => Node.PostAsync(room.Id, _alice, $"message {i}")));
        await EventuallyAsync(Node.IsIndexedAsync);
    }

    /// <summary>Rows that the server reads in this test's database for each thing that is done.</summary>
    private async Task<Dictionary<string, long>> RowsReadAsync(Room room)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        var beforeLook = await RowsReadAsync();
        await LookAtIndexAsync();
        var ofOneLook = await RowsReadAsync() - beforeLook;
        foreach (var (name, act) in Acts())
        {
            _looks = 0;
            var before = await RowsReadAsync();
            await act(room);
            // Looking whether the index is there reads some, and how often that is done depends on the hour.
            rows.Add(name, await RowsReadAsync() - before - (_looks * ofOneLook));
        }
        return rows;
    }

    private Task<bool> LookAtIndexAsync()
    {
        _looks++;
        return Node.IsIndexedAsync();
    }

    private async Task<long> RowsReadAsync() =>
        (await Node.QueryAsync<long>("select cast(coalesce(sum(rows_read), 0) as signed) from information_schema.table_statistics where table_schema = database()")).Single();
}
