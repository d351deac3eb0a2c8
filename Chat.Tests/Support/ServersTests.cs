using Chat.Tests.Support.Servers;
using MySqlConnector;
using Npgsql;
using RabbitMQ.Client;

namespace Chat.Tests.Support;

public sealed class ServersTests
{
    [NeedsFact(Server.MariaDb)]
    public async Task MariaDb_is_killed_and_comes_back_with_its_data()
    {
        await using var server = await MariaDbServer.StartAsync();
        var database = await server.CreateDatabaseAsync("kept");
        await AskAsync("create table t (v varchar(20)); insert into t values ('안녕 👋')");

        await server.KillAsync();
        await FluentActions.Awaiting(() => AskAsync("select 1")).Should().ThrowAsync<MySqlException>();
        await server.StartAgainAsync();

        (await AskAsync("select v from t")).Should().Be("안녕 👋");

        async Task<object?> AskAsync(string sql)
        {
            await using var connection = new MySqlConnection(database + ";Pooling=False");
            await connection.OpenAsync();
            await using var command = new MySqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    [NeedsFact(Server.Postgres)]
    public async Task Postgres_is_killed_and_comes_back_with_its_data()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync("kept");
        await AskAsync("create table t (v text); insert into t values ('안녕 👋')");

        await server.KillAsync();
        await FluentActions.Awaiting(() => AskAsync("select 1")).Should().ThrowAsync<NpgsqlException>();
        await server.StartAgainAsync();

        (await AskAsync("select v from t")).Should().Be("안녕 👋");

        async Task<object?> AskAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(database + ";Pooling=False");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    [NeedsFact(Server.Redis)]
    public async Task Redis_is_killed_and_comes_back_with_its_data()
    {
        await using var server = await RedisServer.StartAsync();
        (await server.AskAsync("INCR kept")).Should().Be(":1");

        await server.KillAsync();
        await server.StartAgainAsync();

        (await server.AskAsync("INCR kept")).Should().Be(":2");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task RabbitMq_is_killed_and_comes_back_with_its_queues()
    {
        await using var server = await RabbitMqServer.StartAsync();
        await using (var connection = await new ConnectionFactory { Uri = server.Uri }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)))
        {
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false);
            await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, "안녕"u8.ToArray());
        }

        // A declaration is written down behind a delay of its own, which a confirmed message does not wait for (Mnesia, sync_log).
        await server.ControlAsync("eval", "mnesia:sync_log().");
        await server.KillAsync();
        await server.StartAgainAsync();

        await using var again = await new ConnectionFactory { Uri = server.Uri }.CreateConnectionAsync();
        await using var reader = await again.CreateChannelAsync();
        var message = await reader.BasicGetAsync("kept", autoAck: true);
        message!.Body.ToArray().Should().Equal("안녕"u8.ToArray());
    }

    [NeedsFact(Server.Chromium)]
    public async Task Chromium_opens_a_page_and_runs_its_script()
    {
        await using var browser = await ChromiumBrowser.StartAsync();
        var tab = await browser.NewTabAsync();

        await tab.GotoAsync("data:text/html,<p id=sum></p><script>document.getElementById('sum').textContent = 40 %2B 2</script>");

        (await tab.TextContentAsync("#sum")).Should().Be("42");
    }

    [NeedsFact(Server.Node)]
    public async Task A_node_script_that_fails_says_why()
    {
        await using var script = NodeScript.Start("smoke.mjs", "--url", $"http://127.0.0.1:{FreePort.Next()}/ws");

        var reading = () => script.ReadAsync();

        (await reading.Should().ThrowAsync<InvalidOperationException>()).WithMessage("smoke.mjs ended:*closed 1006*");
    }
}
