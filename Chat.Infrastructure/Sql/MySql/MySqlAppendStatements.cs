using System.Data.Common;
using System.Globalization;
using System.Text;
using Chat.Domain.Events;

namespace Chat.Infrastructure.Sql.MySql;

/// <summary>
/// The statements of a group of messages for MySQL and MariaDB, which read a statement's text anew each time in any case, make a temporary table of every table that is not one, in a file where an
/// update joins it, and answer each statement by a packet of its own: rows travel as lists of values, no statement joins, and there are as few as can be.
/// </summary>
internal sealed class MySqlAppendStatements(ISqlDialect dialect, NodeId? node) : AppendStatements(dialect, node)
{
    /// <summary>A kept connection does not commit by itself (<see cref="MySqlDialect.OpenHeld"/>), so nothing has to begin.</summary>
    public override void Write(HeldConnection connection, AppendRows rows, bool begins)
    {
        using var command = connection.NewCommand();
        var text = new Statement(command);
        Move(text, rows);
        InsertMessages(text, rows);
        if (!rows.ArePlain) InsertDetails(text, rows);
        if (Node is not null) InsertNotes(text, rows, Node);
        if (rows.Readers.Count > 0) MoveReaders(text, rows);
        if (rows.Announced.Count > 0) RemoveNotes(text, rows);
        text.Add("; commit").Execute();
    }

    private static void Move(Statement text, AppendRows rows)
    {
        if (rows.Moves is [var only])
        {
            text.Add("update rooms set head_seq = ").Add(only.Room.HeadSeq).Add(", message_count = ").Add(only.Room.MessageCount).Add(", last_activity_at = ").Add(rows.At)
                .Add(" where id = ").AddValue(only.Room.Id.Value).Add(" and head_seq = ").Add(only.FirstSeq - 1);
            return;
        }
        text.Add("update rooms set head_seq = case id");
        foreach (var move in rows.Moves) text.Add(" when ").AddValue(move.Room.Id.Value).Add(" then ").Add(move.Room.HeadSeq);
        text.Add(" end, message_count = case id");
        foreach (var move in rows.Moves) text.Add(" when ").AddValue(move.Room.Id.Value).Add(" then ").Add(move.Room.MessageCount);
        text.Add(" end, last_activity_at = ").Add(rows.At).Add(" where ");
        var or = "";
        foreach (var move in rows.Moves)
        {
            text.Add(or).Add("(id = ").AddValue(move.Room.Id.Value).Add(" and head_seq = ").Add(move.FirstSeq - 1).Add(")");
            or = " or ";
        }
    }

    private static void InsertMessages(Statement text, AppendRows rows)
    {
        // The first value fails, in every mode of the server, unless the update before found each room with the head that it must still have.
        text.Add("; insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at")
            .Add(rows.ArePlain ? "" : ", " + DetailRows.Columns).Add(") values (if(row_count() = ").Add(rows.Moves.Count).Add(", ").AddValue(rows.Messages[0].RoomId.Value).Add(", (select 1 union all select 2))");
        for (var i = 0; i < rows.Messages.Count; i++)
        {
            var message = rows.Messages[i];
            if (i > 0) text.Add("),(").AddValue(message.RoomId.Value);
            text.Add(",").Add(message.Seq).Add(",'").Add(message.Id.ToString()).Add("',").Add(message.Seq).Add(",").Add(message.Ordinal)
                .Add(",").AddValue(Columns.Of(message.Type)).Add(",").AddValue(message.Sender.Id.Value)
                .Add(",").AddValue(message.Text).Add(",").AddValue(message.ClientMessageId).Add(",").Add(rows.At);
            if (!rows.ArePlain) text.AddValues(DetailRows.ValuesOf(message), before: ",");
        }
        text.Add(")");
    }

    private static void InsertDetails(Statement text, AppendRows rows)
    {
        text.AddInsert("insert into mentions (room_id, user_id, seq)", DetailRows.MentionsOf(rows));
        text.AddInsert("insert into expiries (message_id, room_id, seq, expires_at)", DetailRows.ExpiriesOf(rows));
        text.AddInsert("insert into burns (message_id, room_id, seq, seconds)", DetailRows.BurnsOf(rows));
        text.AddInsert("insert into thread_replies (root_id, seq, room_id)", DetailRows.RepliesOf(rows));
        foreach (var root in rows.Roots)
        {
            text.Add("; update messages set reply_count = ").Add(root.ReplyCount).Add(", last_reply_at = ").Add(rows.At)
                .Add(" where room_id = ").AddValue(root.RoomId.Value).Add(" and seq = ").Add(root.Seq);
        }
    }

    private static void InsertNotes(Statement text, AppendRows rows, NodeId node)
    {
        text.Add("; insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) values ");
        var comma = "";
        foreach (var move in rows.Moves)
        {
            text.Add(comma).Add("(").AddValue(move.Run.OutboxId).Add(",").AddValue(node.Value).Add(",").AddValue(move.Room.Id.Value)
                .Add(",").Add(move.FirstSeq).Add(",").Add(move.Room.HeadSeq).Add(",").Add(rows.At).Add(")");
            comma = ",";
        }
    }

    /// <summary>The rows are there, and nobody changes them but under their room's lock or at these three columns: an upsert finds each by its key.</summary>
    private static void MoveReaders(Statement text, AppendRows rows)
    {
        text.Add("; insert into memberships (room_id, user_id, role, joined_at, joined_seq, last_read_seq, read_count, last_posted_at) values ");
        var comma = "";
        foreach (var last in rows.Readers)
        {
            text.Add(comma).Add("(").AddValue(last.RoomId.Value).Add(",").AddValue(last.Sender.Id.Value).Add(",'',0,0,").Add(last.Seq).Add(",").Add(last.Ordinal).Add(",").Add(rows.At).Add(")");
            comma = ",";
        }
        text.Add(" on duplicate key update last_read_seq = values(last_read_seq), read_count = values(read_count), last_posted_at = values(last_posted_at)");
    }

    private static void RemoveNotes(Statement text, AppendRows rows)
    {
        text.Add("; delete from outbox where id in ");
        var between = "(";
        foreach (var id in rows.Announced)
        {
            text.Add(between).AddValue(id);
            between = ",";
        }
        text.Add(")");
    }

    /// <summary>A text and its parameters, which go by their places. Numbers stand in the text; whatever came from outside is a parameter.</summary>
    private sealed class Statement(DbCommand command)
    {
        private readonly StringBuilder _text = new(1024);

        public Statement Add(string text)
        {
            _text.Append(text);
            return this;
        }

        public Statement Add(long number)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{number}");
            return this;
        }

        public Statement AddValue(string? value)
        {
            _text.Append('?');
            var parameter = command.CreateParameter();
            parameter.Value = (object?)value ?? DBNull.Value;
            command.Parameters.Add(parameter);
            return this;
        }

        /// <summary>Adds values with commas between them.</summary>
        public Statement AddValues(IEnumerable<object?> values, string before = "")
        {
            foreach (var value in values)
            {
                Add(before);
                before = ",";
                if (value is long number) Add(number);
                else AddValue((string?)value);
            }
            return this;
        }

        /// <summary>Adds an insert of these rows, if there are any.</summary>
        public Statement AddInsert(string into, IEnumerable<object?[]> rows)
        {
            var before = $"; {into} values (";
            foreach (var row in rows)
            {
                Add(before).AddValues(row).Add(")");
                before = ",(";
            }
            return this;
        }

        public void Execute()
        {
#pragma warning disable CA2100 // A text of this program's own; values are parameters.
            command.CommandText = _text.ToString();
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
