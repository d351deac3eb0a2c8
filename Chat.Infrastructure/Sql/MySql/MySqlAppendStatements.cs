using Chat.Domain.Events;

namespace Chat.Infrastructure.Sql.MySql;

/// <summary>
/// The same for MySQL and MariaDB, which read a statement's text anew each time in any case, and make a temporary table, in a file where it holds long texts or serves an
/// update, of every table that is not one: rows travel as lists of values, and no statement joins.
/// </summary>
internal sealed class MySqlAppendStatements(ISqlDialect dialect, NodeId node) : AppendStatements(dialect, node)
{
    private readonly string _begin = dialect.Begin + ";";

    public override void Write(HeldConnection connection, AppendRows rows, bool begins)
    {
        var text = new SqlText();
        if (begins) text.AddLiteral(_begin);
        Move(text, rows);
        text.AddLiteral("; insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at) values ")
            .AddJoined(",", rows.Messages, m => $"({m.RoomId.Value},{m.Seq},{m.Id.ToString()},{m.Seq},{m.Ordinal},{Columns.Of(m.Type)},{m.Sender.Id.Value},{m.Text},{m.ClientMessageId},{rows.At})")
            .AddLiteral("; insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) values ")
            .AddJoined(",", rows.Moves, move => $"({move.Run.OutboxId},{Node.Value},{move.Room.Id.Value},{move.FirstSeq},{move.Room.HeadSeq},{rows.At})")
            // The rows are there, and locked by their room: of each only these three columns change.
            .AddLiteral("; insert into memberships (room_id, user_id, role, joined_at, joined_seq, last_read_seq, read_count, last_posted_at) values ")
            .AddJoined(",", rows.Readers, m => $"({m.RoomId.Value},{m.Sender.Id.Value},'',0,0,{m.Seq},{m.Ordinal},{rows.At})")
            .AddLiteral(" on duplicate key update last_read_seq = values(last_read_seq), read_count = values(read_count), last_posted_at = values(last_posted_at)");
        if (rows.Announced.Count > 0) text.AddLiteral("; delete from outbox where id in (").AddJoined(",", rows.Announced, id => $"{id}").AddLiteral(")");
        using var command = connection.Command(text.AddLiteral("; commit"));
        command.ExecuteNonQuery();
    }

    private static void Move(SqlText text, AppendRows rows)
    {
        if (rows.Moves is [var only])
        {
            text.Add($"update rooms set head_seq = {only.Room.HeadSeq}, message_count = {only.Room.MessageCount}, last_activity_at = {rows.At} where id = {only.Room.Id.Value} and head_seq = {only.FirstSeq - 1}");
        }
        else
        {
            text.AddLiteral("update rooms set head_seq = case id ")
                .AddJoined(" ", rows.Moves, move => $"when {move.Room.Id.Value} then {move.Room.HeadSeq}")
                .AddLiteral(" end, message_count = case id ")
                .AddJoined(" ", rows.Moves, move => $"when {move.Room.Id.Value} then {move.Room.MessageCount}")
                .Add($" end, last_activity_at = {rows.At} where ")
                .AddJoined(" or ", rows.Moves, move => $"(id = {move.Room.Id.Value} and head_seq = {move.FirstSeq - 1})");
        }
        // Fails, in every mode of the server, unless the statement before changed so many rows.
        text.Add($"; select if(row_count() = {(long)rows.Moves.Count}, 1, (select 1 union all select 2))");
    }
}
