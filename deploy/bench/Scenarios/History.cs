using System.Buffers;
using System.Diagnostics;
using System.Text;
using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;
using Microsoft.Data.Sqlite;

namespace ChatStomp.Bench.Scenarios;

/// <summary>What grows with what is stored, and what should not: opening a room, the list of 500 rooms, and sending, with few and with many messages in the database.</summary>
internal static class History
{
    private const int Rooms = 500;
    private const int Opens = 300;
    private const int Lists = 30;
    private const int Sends = 1_000;

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        var gateway = (ChatStompSubject)subject;
        var rooms = await gateway.MakeRoomsAsync([.. Enumerable.Range(0, Rooms).Select(IReadOnlyList<string> (_) => ["reader", "other"])]);
        var results = new Measurements();
        foreach (var stored in new[] { 1_000, 1_000_000 })
        {
            await gateway.RestartAsync(() => FillAsync(gateway.SqliteFile, rooms, stored / Rooms));
            await using var connection = await LoadConnection.OpenAsync(gateway.Ports[0], gateway.Dialect, gateway.AccountOf("reader"), 64 * 1024);
            // Once around for the server's own warming up, and then the measurement.
            await MeasureAsync(connection, rooms, results: null, stored);
            await MeasureAsync(connection, rooms, results, stored);
        }
        return results;
    }

    private static async Task MeasureAsync(LoadConnection connection, IReadOnlyList<Room> rooms, Measurements? results, int stored)
    {
        var opening = await MedianAsync(Opens, i => AskForAsync(connection, $"/app/rooms/{rooms[i * 7 % Rooms].Id}"));
        var listing = await MedianAsync(Lists, _ => AskForAsync(connection, "/app/rooms"));
        var text = Encoding.ASCII.GetBytes(new string('x', 256));
        var sending = await MedianAsync(Sends, i =>
        {
            var frame = new ArrayBufferWriter<byte>();
            connection.Dialect.SendDurably(frame, rooms[i % Rooms], text, i);
            return connection.AskAsync(frame.WrittenMemory.ToArray(), Dialect.Receipt);
        });
        if (results is null) return;
        results[$"µs to open a room, {stored:N0} stored"] = opening;
        results[$"µs for the list of 500 rooms, {stored:N0} stored"] = listing;
        results[$"µs from SEND to RECEIPT, {stored:N0} stored"] = sending;
    }

    private static Task AskForAsync(LoadConnection connection, string destination) => connection.AskAsync(
        Encoding.UTF8.GetBytes($"SUBSCRIBE\nid:once\ndestination:{destination}\n\n\0UNSUBSCRIBE\nid:once\nreceipt:done\n\n\0"), Dialect.Receipt);

    private static async Task<double> MedianAsync(int count, Func<int, Task> ask)
    {
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await ask(i);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        times.Sort();
        return times[count / 2];
    }

    /// <summary>Brings each room to so many messages, by the database itself: a million by SEND would be another measurement.</summary>
    private static async Task FillAsync(string file, IReadOnlyList<Room> rooms, int messagesPerRoom)
    {
        await using var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var room in rooms)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = (SqliteTransaction)transaction;
            command.CommandText = """
                with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < @count - (select message_count from rooms where id = @room))
                insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at)
                select r.id, r.head_seq + n, lower(hex(randomblob(16))), r.head_seq + n, r.message_count + n, 'text', 'other', printf('message %d of a room that has many of them', n), null, r.last_activity_at + n
                from rooms r, numbers where r.id = @room;
                update rooms set head_seq = (select max(seq) from messages where room_id = @room), message_count = @count where id = @room;
                """;
            command.Parameters.AddWithValue("@count", messagesPerRoom);
            command.Parameters.AddWithValue("@room", room.Id);
            await command.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
    }
}
