using Chat.Tests.Support.Servers;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Chat.Tests.Journeys;

/// <summary>Two gateways, one database, one broker; and one gateway with nothing beside it.</summary>
public sealed class DeliveryJourneys
{
    [NeedsTheory(Server.MariaDb, Server.RabbitMq, Server.Node)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_two_gateways_over_MariaDB_everybody_has_everything_once_and_in_order(bool oneIsKilled)
    {
        var database = await (await TestServers.MariaDb).CreateDatabaseAsync("journey");
        await RunOnTwoAsync("mysql", database, () => new MySqlConnection(database), oneIsKilled);
    }

    [NeedsTheory(Server.Postgres, Server.RabbitMq, Server.Node)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_two_gateways_over_PostgreSQL_everybody_has_everything_once_and_in_order(bool oneIsKilled)
    {
        var database = await (await TestServers.Postgres).CreateDatabaseAsync("journey");
        await RunOnTwoAsync("postgres", database, () => new NpgsqlConnection(database), oneIsKilled);
    }

    [NeedsTheory(Server.Node)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_one_gateway_over_SQLite_everybody_has_everything_once_and_in_order(bool itIsKilled)
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        var journey = new RoomsJourney([gateway], () => new SqliteConnection($"Data Source={gateway.SqliteFile};Mode=ReadOnly"));
        await journey.RunAsync(itIsKilled ? () => KillAndStartAgainAsync(gateway) : null);
    }

    private static async Task RunOnTwoAsync(string provider, string database, Func<System.Data.Common.DbConnection> connect, bool oneIsKilled)
    {
        var settings = RoomsJourney.Settings;
        settings["Database:Provider"] = provider;
        settings["Database:ConnectionString"] = database;
        settings["RabbitMq:Uri"] = $"{(await TestServers.RabbitMq).Uri}";
        await using var one = await GatewayProcess.StartAsync(settings);
        await using var other = await GatewayProcess.StartAsync(settings);
        await new RoomsJourney([one, other], connect).RunAsync(oneIsKilled ? () => KillAndStartAgainAsync(other) : null);
    }

    private static async Task KillAndStartAgainAsync(GatewayProcess gateway)
    {
        await gateway.KillAsync();
        await gateway.StartAgainAsync();
    }
}
