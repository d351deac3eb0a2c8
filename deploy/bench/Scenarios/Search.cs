using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Chat.Tests.Search;
using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;
using Microsoft.Data.Sqlite;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Searching a million messages in four languages: somebody with a few of the rooms, and somebody with all of them.</summary>
internal static class Search
{
    private const int Rooms = 500;
    private const int FewRooms = 20;
    private const int Messages = 1_000_000;
    private const int WarmUps = 5;
    private const int FewestSearches = 20;
    private const int MostSearches = 100;

    /// <summary>After so long a query is not asked again, if it was often enough.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(5);

    /// <summary>A word that few messages have, all of them in a room of those with few.</summary>
    private const string RareWord = "xylophone";
    private const int RareMessages = 5;

    private const string AWeek = "from=2026-01-08T00:00:00Z&to=2026-01-15T00:00:00Z";

    /// <summary>What is looked for, and what kind of query that is.</summary>
    private static readonly (string Kind, string Query)[] Kinds =
    [
        ("Korean, a word", Words("데이터베이스")),
        ("Korean, two words", Words("비밀번호 회의")),
        ("Japanese, three characters", Words("東京都")),
        ("Chinese, four characters", Words("中华人民")),
        ("Chinese, one character that is everywhere", Words("我")),
        ("English, a word", Words("postgresql")),
        ("English, a common word", Words("meeting")),
        ("English, two words", Words("report meeting")),
        ("English, two letters that words begin with", Words("re")),
        ("a word that five messages have", Words(RareWord)),
        ("a word that none has", Words("없는말없는말")),
        ("a common word of one author", $"{Words("meeting")}&senderId=writer-3"),
        ("a common word in a week", $"{Words("meeting")}&{AWeek}"),
        ("a common word of one author in a week", $"{Words("meeting")}&senderId=writer-3&{AWeek}"),
    ];

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        var gateway = (ChatStompSubject)subject;
        await gateway.MakeRoomsAsync([.. Enumerable.Range(0, Rooms).Select(IReadOnlyList<string> (i) => i < FewRooms ? ["everywhere", "few"] : ["everywhere"])]);
        await gateway.RestartAsync(() => StoredMessages.FillAsync(gateway, Messages / Rooms, TextOf));
        var results = new Measurements { ["messages/s indexed afterwards"] = await IndexedPerSecondAsync(gateway) };
        foreach (var (user, rooms) in new[] { ("few", FewRooms), ("everywhere", Rooms) })
        {
            var rare = await gateway.AskAsync(HttpMethod.Get, $"/search?{Words(RareWord)}", user);
            if (rare.GetProperty("items").GetArrayLength() != RareMessages) throw new InvalidDataException($"{user} does not find all of what is rare: {rare}");
            foreach (var (kind, query) in Kinds)
            {
                // Some for the server's and the database's own warming up, and then the measurement.
                await MeasureAsync(gateway, user, query, WarmUps, WarmUps);
                var times = await MeasureAsync(gateway, user, query, FewestSearches, MostSearches);
                results[$"ms, p50, {kind}, {rooms} rooms"] = times[times.Count / 2];
                results[$"ms, p99, {kind}, {rooms} rooms"] = times[times.Count * 99 / 100];
            }
        }
        return results;
    }

    private static string Words(string words) => "q=" + Uri.EscapeDataString(words);

    private static async Task<List<double>> MeasureAsync(ChatStompSubject gateway, string user, string query, int fewest, int most)
    {
        var times = new List<double>(most);
        var began = Stopwatch.GetTimestamp();
        while (times.Count < fewest || (times.Count < most && Stopwatch.GetElapsedTime(began) < LongEnough))
        {
            var start = Stopwatch.GetTimestamp();
            await gateway.AskAsync(HttpMethod.Get, $"/search?{query}", user);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return times;
    }

    /// <summary>Waits until the gateway has taken all of it up by itself, as it does after an update from a version without search.</summary>
    private static async Task<double> IndexedPerSecondAsync(ChatStompSubject gateway)
    {
        await using var connection = gateway.Connect();
        await connection.OpenAsync();
        if (connection is SqliteConnection) await StoredMessages.ExecuteAsync(connection, transaction: null, $"attach database '{gateway.SqliteSearchFile}' as search");
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await CountAsync(connection, "select count(*) from rooms r left join search_rooms s on s.room_id = r.id where s.indexed_seq is null or s.indexed_seq < r.head_seq") > 0)
            await timer.WaitForNextTickAsync();
        return Messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string TextOf(int number) => MadeConversations.Text(number) + (number % (Messages / RareMessages) == 0 ? $" {RareWord}" : "");

    private static async Task<long> CountAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The one text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
