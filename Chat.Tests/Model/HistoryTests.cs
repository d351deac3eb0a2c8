using Chat.Tests.Journeys;
using Chat.Tests.Support.Servers;
using Xunit.Abstractions;

namespace Chat.Tests.Model;

/// <summary>
/// Random histories of a chat, each run beside the model of it. A failure tells the seed and the shortest beginning of the history that fails as well;
/// CHATSTOMP_SEED runs that seed, and CHATSTOMP_HISTORIES as many as it says, from that seed on or from 1.
/// </summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    /// <summary>Bursts of a history.</summary>
    public const int Length = 60;

    [NeedsTheory(Server.Postgres, Server.RabbitMq)]
    [InlineData(4)]
    public Task On_two_gateways_over_PostgreSQL_every_client_shows_what_the_model_says(int histories) => OnTwoAsync("postgres", async () => await (await TestServers.Postgres).CreateDatabaseAsync("model"), histories);

    [NeedsTheory(Server.MariaDb, Server.RabbitMq)]
    [InlineData(4)]
    public Task On_two_gateways_over_MariaDB_every_client_shows_what_the_model_says(int histories) => OnTwoAsync("mysql", async () => await (await TestServers.MariaDb).CreateDatabaseAsync("model"), histories);

    [Theory]
    [InlineData(10)]
    public async Task On_one_gateway_over_SQLite_every_client_shows_what_the_model_says(int histories)
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        await RunAsync([gateway], histories);
    }

    private async Task OnTwoAsync(string provider, Func<Task<string>> makeDatabase, int histories)
    {
        var settings = RoomsJourney.Settings;
        settings["Database:Provider"] = provider;
        settings["Database:ConnectionString"] = await makeDatabase();
        settings["RabbitMq:Uri"] = $"{(await TestServers.RabbitMq).Uri}";
        await using var one = await GatewayProcess.StartAsync(settings);
        await using var other = await GatewayProcess.StartAsync(settings);
        await RunAsync([one, other], histories);
    }

    /// <summary>The seeds from 1 on, which are the same each time, and one that is not.</summary>
    private async Task RunAsync(IReadOnlyList<GatewayProcess> gateways, int histories)
    {
        var (wanted, count) = (Environment.GetEnvironmentVariable("CHATSTOMP_SEED"), Environment.GetEnvironmentVariable("CHATSTOMP_HISTORIES"));
        var first = wanted is null ? 1 : ulong.Parse(wanted);
        var most = count is null ? wanted is null ? histories : 1 : int.Parse(count);
        IEnumerable<ulong> seeds = [.. Enumerable.Range(0, most).Select(i => first + (ulong)i), .. wanted is null ? [(ulong)Random.Shared.NextInt64()] : Array.Empty<ulong>()];
        foreach (var seed in seeds)
        {
            var history = History.Of(seed, Length);
            var (events, refused) = await RunAsync(gateways, history);
            output.WriteLine($"seed {seed}: {history.Bursts.Sum(burst => burst.Steps.Count)} steps, {refused} refused, {events} events");
        }
        foreach (var gateway in gateways) gateway.ShouldNotHaveComplained();
    }

    private static async Task<(long Events, int Refused)> RunAsync(IReadOnlyList<GatewayProcess> gateways, History history)
    {
        try
        {
            return await HistoryRun.RunAsync(gateways, history);
        }
        catch (Exception e)
        {
            var (shortest, why) = await ShortenAsync(gateways, history, e);
            throw new InvalidOperationException($"{why.Message}\n\nCHATSTOMP_SEED={shortest.Seed}; {shortest}", why);
        }
    }

    /// <summary>The shortest beginning that fails too, found by halves. What fails only now and then may need more of it than is given.</summary>
    private static async Task<(History Shortest, Exception Why)> ShortenAsync(IReadOnlyList<GatewayProcess> gateways, History history, Exception why)
    {
        var (good, bad) = (0, history.Bursts.Count);
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            try
            {
                await HistoryRun.RunAsync(gateways, history.First(middle));
                good = middle;
            }
            catch (Exception e)
            {
                (bad, why) = (middle, e);
            }
        }
        return (history.First(bad), why);
    }
}
