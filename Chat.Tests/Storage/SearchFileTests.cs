using System.Collections.Frozen;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Chat.Tests.Conformance;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Chat.Tests.Storage;

/// <summary>With SQLite the search index is a file of its own, which may be lost, late, locked or not the right one: messages are found all the same.</summary>
public sealed class SearchFileTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;
    private readonly UserId _alice = UserId.Parse("alice");
    private StoreNode? _node;

    private string MainFile => Path.Combine(_folder, "chat.db");

    private string SearchFile => Path.Combine(_folder, "chat-search.db");

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_made_anew()
    {
        var room = (await _node!.CreateRoomAsync(_alice)).Id;
        await PostAsync(room, "an apple");
        await StopAsync();
        Remove(SearchFile);

        await StartAsync();

        await FindAsync("apple", 1);
    }

    [Fact]
    public async Task After_an_older_database_was_put_back_what_is_said_in_the_place_of_what_is_lost_is_found()
    {
        var (busy, idle) = ((await _node!.CreateRoomAsync(_alice)).Id, (await _node.CreateRoomAsync(_alice)).Id);
        await PostAsync(busy, "an old pear");
        await StopAsync();
        File.Copy(MainFile, MainFile + ".backup");
        await StartAsync();
        await PostAsync(busy, "a lost pear");
        await PostAsync(idle, "a lost plum");
        await StopAsync();
        Remove(MainFile);
        File.Move(MainFile + ".backup", MainFile);

        // By a node that dies before it looks at the index: afterwards there is as much in the rooms as that knows, and nobody is told of them.
        await using (var dying = await StoreNode.StartAsync("sqlite", $"Data Source={MainFile}"))
        {
            await dying.PostAsync(busy, _alice, "a new quince");
            await dying.PostAsync(idle, _alice, "a new melon");
            await dying.ExecuteAsync("delete from outbox");
        }
        await StartAsync();

        await FindAsync("quince", 1);
        await FindAsync("melon", 1);
        await FindAsync("pear", 1);
    }

    [Fact]
    public async Task A_file_that_knows_events_which_never_were_hides_nothing()
    {
        var room = (await _node!.CreateRoomAsync(_alice)).Id;
        await PostAsync(room, "a cherry");
        await _node.ExecuteOnIndexAsync("update search_rooms set indexed_seq = indexed_seq + 100");

        await _node.PostAsync(room, _alice, "another cherry");

        await FindAsync("cherry", 2);
    }

    [Fact]
    public async Task A_file_that_says_it_has_a_message_which_it_has_not_hides_nothing()
    {
        var room = (await _node!.CreateRoomAsync(_alice)).Id;
        await PostAsync(room, "a cherry");
        await _node.ExecuteOnIndexAsync("update search_rooms set indexed_seq = indexed_seq + 1");

        await _node.PostAsync(room, _alice, "another cherry");

        await FindAsync("cherry", 2);
    }

    [Fact]
    public async Task The_file_of_another_database_hides_nothing()
    {
        var room = (await _node!.CreateRoomAsync(_alice)).Id;
        await PostAsync(room, "a grape");
        await StopAsync();
        Remove(MainFile);
        await StartAsync();

        await PostAsync((await _node.CreateRoomAsync(_alice)).Id, "another grape");

        await FindAsync("grape", 1);
    }

    [Fact]
    public async Task Nobody_waits_for_the_file_to_send()
    {
        var room = (await _node!.CreateRoomAsync(_alice)).Id;
        await PostAsync(room, "a first fig");
        await using var other = new SqliteConnection($"Data Source={SearchFile};Pooling=False");
        await other.OpenAsync();
        await other.ExecuteAsync("begin immediate");

        // A message that waited for the file would wait five seconds.
        await PostFigsAsync(20).WaitAsync(TimeSpan.FromSeconds(60));
        (await _node.IsIndexedAsync()).Should().BeFalse();

        await other.ExecuteAsync("rollback");
        await FindAsync("fig", 21);

        async Task PostFigsAsync(int figs)
        {
            for (var i = 0; i < figs; i++) (await _node.PostAsync(room, _alice, "a fig")).Value.Message.Text.Should().Be("a fig");
        }
    }

    private async Task StartAsync()
    {
        _node = await StoreNode.StartAsync("sqlite", $"Data Source={MainFile}");
        await _node.ExecuteAsync("update search_lease set expires_at = 0");
        await _node.StartRelayAsync();
    }

    private async Task StopAsync()
    {
        if (_node is null) return;
        await _node.StopRelayAsync();
        await _node.DisposeAsync();
        _node = null;
        // The last connection that closes leaves the file alone, without a log.
        SqliteConnection.ClearAllPools();
    }

    private static void Remove(string file)
    {
        foreach (var end in new[] { "", "-wal", "-shm" }) File.Delete(file + end);
    }

    /// <summary>Posts, and waits until the index has it.</summary>
    private async Task PostAsync(RoomId room, string text)
    {
        await _node!.PostAsync(room, _alice, text);
        await EventuallyAsync(_node.IsIndexedAsync);
    }

    private Task FindAsync(string text, int count) => EventuallyAsync(async () => await CountAsync(text) == count);

    private async Task<int> CountAsync(string text)
    {
        var caller = new Caller(_alice, "Alice", AvatarUrl: null, FrozenSet<string>.Empty);
        return (await _node!.Search.ExecuteAsync(caller, new MessageSearch { Text = text }, after: null, 200, CancellationToken.None)).Value.Messages.Count;
    }
}
