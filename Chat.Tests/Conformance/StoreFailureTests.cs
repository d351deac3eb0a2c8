using Chat.Domain;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Chat.Tests.Support.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

/// <summary>A database server that dies in the middle of its work, and comes back.</summary>
public sealed class StoreFailureTests
{
    [NeedsFact(Server.MariaDb)]
    public async Task What_was_acknowledged_is_there_after_MariaDB_was_killed_and_the_rest_can_be_sent_again()
    {
        await using var server = await MariaDbServer.StartAsync();
        await LoseNothingAsync(server, "mysql", await server.CreateDatabaseAsync("chat"));
    }

    [NeedsFact(Server.Postgres)]
    public async Task What_was_acknowledged_is_there_after_PostgreSQL_was_killed_and_the_rest_can_be_sent_again()
    {
        await using var server = await PostgresServer.StartAsync();
        await LoseNothingAsync(server, "postgres", await server.CreateDatabaseAsync("chat"));
    }

    [NeedsFact(Server.MariaDb)]
    public async Task A_connection_that_the_server_has_ended_while_it_was_idle_costs_no_message()
    {
        await using var server = await MariaDbServer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var node = await StoreNode.StartAsync("mysql", await server.CreateDatabaseAsync("chat"), clock);
        var alice = UserId.Parse("alice");
        var room = await node.CreateRoomAsync(alice);
        await node.PostAsync(room.Id, alice, "before");

        foreach (var id in await node.QueryAsync<long>("select id from information_schema.processlist where command = 'Sleep'")) await node.ExecuteAsync($"kill {id}");
        clock.Advance(TimeSpan.FromMinutes(2));

        (await node.PostAsync(room.Id, alice, "after")).Value.Message.Seq.Should().Be(3);
    }

    private static async Task LoseNothingAsync(ServerProcess server, string provider, string connectionString)
    {
        const int Messages = 20_000;
        await using var node = await StoreNode.StartAsync(provider, connectionString);
        var alice = UserId.Parse("alice");
        var room = await node.CreateRoomAsync(alice);
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var posts = Enumerable.Range(0, Messages).Select(i => PostAsync(node, i)).ToList();
        await stored.Task;
        await server.KillAsync();
        gone.SetResult();
        var first = await Task.WhenAll(posts);
        first.Should().Contain(post => post == null).And.Contain(post => post != null);
        await server.StartAgainAsync();

        var second = await Task.WhenAll(Enumerable.Range(0, Messages).Where(i => first[i] is null).Select(i => node.PostAsync(room.Id, alice, $"{i}", $"{i}")));

        var rows = await node.QueryAsync<(string Id, long Seq)>("select client_message_id, seq from messages order by seq");
        rows.Select(r => r.Seq).Should().Equal(Enumerable.Range(2, Messages).Select(i => (long)i));
        rows.Select(r => r.Id).Should().BeEquivalentTo(Enumerable.Range(0, Messages).Select(i => $"{i}"));
        var acknowledged = first.OfType<Outcome<PostedMessage>>().Concat(second).Select(post => post.Value.Message);
        acknowledged.Select(m => (m.ClientMessageId, m.Seq)).Should().BeEquivalentTo(rows);

        // Null: the database was gone, and whether the message is stored is not known.
        async Task<Outcome<PostedMessage>?> PostAsync(StoreNode on, int i)
        {
            // However late the server is killed, some come too late.
            if (i >= Messages - 100) await gone.Task;
            try
            {
                var posted = await on.PostAsync(room.Id, alice, $"{i}", $"{i}");
                if (i == 400) stored.SetResult();
                return posted;
            }
            catch (StoreUnavailableException)
            {
                return null;
            }
        }
    }
}
