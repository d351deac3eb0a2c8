using System.Data.Common;
using System.Globalization;
using System.Text;
using ChatStomp.Bench.Peers;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Messages that the database itself stores, while no gateway runs: a million by SEND would be another measurement.</summary>
internal static class StoredMessages
{
    private const int RowsAtOnce = 1_000;

    /// <summary>A message every two seconds from 2026 on, in one room after the other.</summary>
    private const long Begin = 1_767_225_600_000;

    /// <summary>Brings each room to so many messages.</summary>
    /// <param name="gateway">Whose rooms; it does not run meanwhile.</param>
    /// <param name="perRoom">Messages of each room afterwards, with those that it has.</param>
    /// <param name="textOf">What the messages say, counted over all rooms.</param>
    public static async Task FillAsync(ChatStompSubject gateway, int perRoom, Func<int, string> textOf)
    {
        await using var connection = gateway.Connect();
        await connection.OpenAsync();
        var rooms = await ReadRoomsAsync(connection);
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var some in Missing(rooms, perRoom).Chunk(RowsAtOnce)) await ExecuteAsync(connection, transaction, InsertOf(some, textOf));
        await ExecuteAsync(
            connection, transaction, string.Create(CultureInfo.InvariantCulture, $"update rooms set head_seq = head_seq + {perRoom} - message_count, message_count = {perRoom}"));
        await transaction.CommitAsync();
    }

    /// <summary>Runs a statement, however long it takes.</summary>
    public static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = 600;
#pragma warning disable CA2100 // Made of this program's own texts.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<StoredRoom>> ReadRoomsAsync(DbConnection connection)
    {
        var rooms = new List<StoredRoom>();
        await using var command = connection.CreateCommand();
        command.CommandText = "select id, head_seq, message_count from rooms order by id";
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) rooms.Add(new StoredRoom(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
        return rooms;
    }

    private static IEnumerable<StoredMessage> Missing(List<StoredRoom> rooms, int perRoom)
    {
        for (var ordinal = 1; ordinal <= perRoom; ordinal++)
        {
            for (var i = 0; i < rooms.Count; i++)
            {
                if (ordinal > rooms[i].Messages) yield return new StoredMessage(((ordinal - 1) * rooms.Count) + i, rooms[i], ordinal);
            }
        }
    }

    private static string InsertOf(IEnumerable<StoredMessage> messages, Func<int, string> textOf)
    {
        var sql = new StringBuilder("insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, created_at) values ");
        var separator = "";
        foreach (var (number, room, ordinal) in messages)
        {
            var seq = room.Head + ordinal - room.Messages;
            var at = Begin + (2_000L * number);
            var id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at));
            var text = textOf(number).Replace("'", "''", StringComparison.Ordinal);
            sql.Append(CultureInfo.InvariantCulture, $"{separator}('{room.Id}', {seq}, '{id}', {seq}, {ordinal}, 'text', 'writer-{number % 10}', '{text}', {at})");
            separator = ", ";
        }
        return sql.ToString();
    }

    private sealed record StoredRoom(string Id, long Head, long Messages);

    private readonly record struct StoredMessage(int Number, StoredRoom Room, int Ordinal);
}
