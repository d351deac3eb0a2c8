using Chat.Domain.Events;

namespace Chat.Infrastructure.Sql.Sqlite;

/// <summary>
/// The statements of a group of messages for SQLite, which runs within this process: no statement costs a round trip, and a prepared one that runs for each row costs less than one that takes its rows out
/// of JSON, column by column. What is more than plain text goes the way of the others.
/// </summary>
internal sealed class SqliteAppendStatements(ISqlDialect dialect, NodeId? node) : AppendStatements(dialect, node)
{
    private const string Move = "update rooms set head_seq = @last_seq, message_count = @message_count, last_activity_at = @at where id = @room_id and head_seq = @first_seq - 1";

    private const string Insert =
        "insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at) values (@room_id, @seq, @id, @seq, @ordinal, @type, @sender_id, @body, @client_message_id, @at)";

    private const string Read =
        "update memberships set last_read_seq = @seq, read_count = @ordinal, last_posted_at = @at where room_id = @room_id and user_id = @user_id";

    private const string Note = "insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) values (@id, @node, @room_id, @first_seq, @last_seq, @at)";

    private readonly string _begin = dialect.Begin;
    private readonly string _removal = OutboxLedger.RemovalOf(dialect);

    public override void Write(HeldConnection connection, AppendRows rows, bool begins)
    {
        if (!rows.ArePlain)
        {
            base.Write(connection, rows, begins);
            return;
        }
        if (begins) connection.Command(_begin).ExecuteNonQuery();
        WriteMoves(connection, rows);
        WriteMessages(connection, rows);
        WriteReaders(connection, rows);
        if (Node is not null) WriteNotes(connection, rows, Node);
        connection.Command("commit").ExecuteNonQuery();
    }

    private static void WriteMoves(HeldConnection connection, AppendRows rows)
    {
        var command = connection.Command(Move).Set("@at", rows.At);
        foreach (var move in rows.Moves)
        {
            command.Set("@room_id", move.Room.Id.Value).Set("@first_seq", move.FirstSeq).Set("@last_seq", move.Room.HeadSeq).Set("@message_count", move.Room.MessageCount);
            if (command.ExecuteNonQuery() != 1) throw new LostRaceException($"Room {move.Room.Id} has another head than {move.FirstSeq - 1}.");
        }
    }

    private static void WriteMessages(HeldConnection connection, AppendRows rows)
    {
        var command = connection.Command(Insert).Set("@at", rows.At);
        foreach (var message in rows.Messages)
        {
            command.Set("@room_id", message.RoomId.Value)
                .Set("@seq", message.Seq)
                .Set("@id", message.Id.ToString())
                .Set("@ordinal", message.Ordinal)
                .Set("@type", Columns.Of(message.Type))
                .Set("@sender_id", message.Sender.Id.Value)
                .Set("@body", (object?)message.Text ?? DBNull.Value)
                .Set("@client_message_id", (object?)message.ClientMessageId ?? DBNull.Value)
                .ExecuteNonQuery();
        }
    }

    private static void WriteReaders(HeldConnection connection, AppendRows rows)
    {
        var command = connection.Command(Read).Set("@at", rows.At);
        foreach (var last in rows.Readers)
        {
            command.Set("@room_id", last.RoomId.Value).Set("@user_id", last.Sender.Id.Value).Set("@seq", last.Seq).Set("@ordinal", last.Ordinal).ExecuteNonQuery();
        }
    }

    private void WriteNotes(HeldConnection connection, AppendRows rows, NodeId node)
    {
        var command = connection.Command(Note).Set("@at", rows.At).Set("@node", node.Value);
        foreach (var move in rows.Moves)
        {
            command.Set("@id", move.Run.OutboxId!).Set("@room_id", move.Room.Id.Value).Set("@first_seq", move.FirstSeq).Set("@last_seq", move.Room.HeadSeq).ExecuteNonQuery();
        }
        if (rows.Announced.Count > 0) connection.Command(_removal).Set("@announced", OutboxLedger.RowsOf(rows.Announced)).ExecuteNonQuery();
    }
}
