using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;
using Microsoft.Data.Sqlite;

namespace ChatStomp.Bench.Scenarios;

/// <summary>What could grow with what is stored, and should not: opening a room, the list of 500 rooms, and sending, with few and with many messages in the database.</summary>
internal static class History
{
    private const int Rooms = 500;

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        var gateway = (ChatStompSubject)subject;
        var rooms = await gateway.MakeRoomsAsync([.. Enumerable.Range(0, Rooms).Select(IReadOnlyList<string> (_) => ["reader", "other"])]);
        var results = new Measurements();
        foreach (var stored in new[] { 1_000, 1_000_000 })
        {
            await gateway.RestartAsync(() => FillAsync(gateway.SqliteFile, rooms, stored / Rooms));
            await using var visit = await Visit.BeginAsync(gateway, "reader", rooms);
            results[$"µs to open a room, {stored:N0} stored"] = await visit.OpeningAsync();
            results[$"µs for the list of 500 rooms, {stored:N0} stored"] = await visit.ListingAsync();
            results[$"µs from SEND to RECEIPT, {stored:N0} stored"] = await visit.SendingAsync();
        }
        return results;
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
