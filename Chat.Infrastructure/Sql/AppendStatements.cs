using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Messages;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// The statements of <see cref="AppendBatch"/>. Their texts depend on the dialect alone; the rows of many messages travel as <see cref="JsonRows"/>, those of one
/// as a parameter for each value.
/// </summary>
/// <param name="dialect">Whose they are.</param>
/// <param name="node">Which node announces what is committed; null where nothing has to be noted for that (<see cref="IEventBus.IsShared"/>).</param>
internal class AppendStatements(ISqlDialect dialect, NodeId? node)
{
    private readonly WriteTexts _many = new(dialect, node is not null, dialect.Rows);
    private readonly WriteTexts _inFull = new(dialect, node is not null, dialect.Rows, withDetails: true);
    private readonly WriteTexts _one = new(dialect, node is not null, static (_, columns) => $"(select {string.Join(", ", columns.ToArray().Select(column => $"@{column.Name} as {column.Name}"))}) j");

    /// <summary>Begins, and reads the rooms of <c>@rooms</c>, locked in the order of their ids, and then the memberships of <c>@senders</c>.</summary>
    public string BeginAndReadFacts { get; } =
        $"""
        {dialect.Begin};
        select {RoomRow.Columns} from {dialect.Rows("@rooms", Key("id"))} {dialect.JoinInOrder} rooms r on r.id = j.id order by r.id{dialect.ForUpdateOf("r")};
        select {MembershipRow.Columns} from {dialect.Rows("@senders", Key("room_id"), Key("user_id"))}
            {dialect.JoinInOrder} memberships m on m.room_id = j.room_id and m.user_id = j.user_id
        """;

    /// <summary>What was sent before under the ids of <c>@sent</c>.</summary>
    public string ReadSent { get; } =
        $"""
        select {MessageRow.Columns} from {dialect.Rows("@sent", Key("room_id"), Key("sender_id"), Key("client_message_id"))}
            {dialect.JoinInOrder} messages g on g.room_id = j.room_id and g.sender_id = j.sender_id and g.client_message_id = j.client_message_id
        """;

    /// <summary>The messages of <c>@roots</c>, whatever rooms they are of.</summary>
    public string ReadRoots { get; } =
        $"select {MessageRow.Columns} from {dialect.Rows("@roots", Key("id"))} {dialect.JoinInOrder} messages g on g.id = j.id";

    /// <summary>Whether each run of events leaves a note in the outbox.</summary>
    public bool NotesRuns => node is not null;

    protected NodeId? Node => node;

    /// <summary>
    /// Moves the heads of the rooms, which fails as a conflict where one is not what the group goes by; stores the messages, moves the read positions of their
    /// senders, notes what is to be announced, and removes the notes that have served. Then commits.
    /// </summary>
    /// <param name="connection">Whose transaction it is.</param>
    /// <param name="rows">What is written; at least one message.</param>
    /// <param name="begins">Whether the transaction begins with this.</param>
    public virtual void Write(HeldConnection connection, AppendRows rows, bool begins)
    {
        var isOne = rows is { Messages.Count: 1, Readers.Count: 1, ArePlain: true };
        var command = connection.Command((isOne ? _one : rows.ArePlain ? _many : _inFull).Of(begins))
            .Set("@at", rows.At)
            .Set("@moves", (long)rows.Moves.Count);
        if (node is not null) command.Set("@node", node.Value).Set("@announced", OutboxLedger.RowsOf(rows.Announced));
        if (!rows.ArePlain)
        {
            foreach (var (name, values) in DetailRows.Parameters(rows)) command.Set(name, values);
        }
        (isOne ? SetOne(command, rows.Messages[0], rows.Moves[0]) : SetMany(command, rows)).ExecuteNonQuery();
    }

    private static DbCommand SetOne(DbCommand command, Message message, RoomMove move) => command
        .Set("@room_id", message.RoomId.Value)
        .Set("@seq", message.Seq)
        .Set("@id", message.Id.ToString())
        .Set("@ordinal", message.Ordinal)
        .Set("@type", Columns.Of(message.Type))
        .Set("@sender_id", message.Sender.Id.Value)
        .Set("@body", (object?)message.Text ?? DBNull.Value)
        .Set("@client_message_id", (object?)message.ClientMessageId ?? DBNull.Value)
        .Set("@outbox_id", (object?)move.Run.OutboxId ?? DBNull.Value)
        .Set("@first_seq", move.FirstSeq)
        .Set("@last_seq", move.Room.HeadSeq)
        .Set("@message_count", move.Room.MessageCount)
        .Set("@user_id", message.Sender.Id.Value);

    private static DbCommand SetMany(DbCommand command, AppendRows rows) => command
        .Set("@messages", JsonRows.Of(rows.Messages, (writer, message) =>
        {
            writer.WriteStringValue(message.RoomId.Value);
            writer.WriteNumberValue(message.Seq);
            writer.WriteStringValue(message.Id.ToString());
            writer.WriteNumberValue(message.Ordinal);
            writer.WriteStringValue(Columns.Of(message.Type));
            writer.WriteStringValue(message.Sender.Id.Value);
            writer.WriteStringValue(message.Text);
            writer.WriteStringValue(message.ClientMessageId);
            if (rows.ArePlain) return;
            foreach (var value in DetailRows.ValuesOf(message)) JsonRows.WriteValue(writer, value);
        }))
        .Set("@runs", JsonRows.Of(rows.Moves, static (writer, move) =>
        {
            writer.WriteStringValue(move.Run.OutboxId);
            writer.WriteStringValue(move.Room.Id.Value);
            writer.WriteNumberValue(move.FirstSeq);
            writer.WriteNumberValue(move.Room.HeadSeq);
            writer.WriteNumberValue(move.Room.MessageCount);
        }))
        .Set("@readers", JsonRows.Of(rows.Readers, static (writer, last) =>
        {
            writer.WriteStringValue(last.RoomId.Value);
            writer.WriteStringValue(last.Sender.Id.Value);
            writer.WriteNumberValue(last.Seq);
            writer.WriteNumberValue(last.Ordinal);
        }));

    private static RowColumn Key(string name) => new(name, RowColumnKind.Key);

    private static RowColumn Number(string name) => new(name, RowColumnKind.Number);

    /// <summary>A table named <c>j</c> with the rows of a parameter.</summary>
    private delegate string RowSource(string parameter, params ReadOnlySpan<RowColumn> columns);

    private sealed class WriteTexts
    {
        private readonly string _write;
        private readonly string _beginAndWrite;

        public WriteTexts(ISqlDialect dialect, bool notes, RowSource rowsOf, bool withDetails = false)
        {
            RowColumn[] plain = [Key("room_id"), Number("seq"), Key("id"), Number("ordinal"), Key("type"), Key("sender_id"), new RowColumn("body", RowColumnKind.Text), Key("client_message_id")];
            var messages = rowsOf("@messages", withDetails ? [.. plain, .. DetailRows.OfMessage] : plain);
            var (names, values, inserts) = withDetails
                ? (", " + DetailRows.Columns, string.Concat(DetailRows.OfMessage.Select(column => $", j.{column.Name}")), DetailRows.InsertsOf(dialect) + ";")
                : ("", "", "");
            var runs = rowsOf("@runs", Key("outbox_id"), Key("room_id"), Number("first_seq"), Number("last_seq"), Number("message_count"));
            var readers = rowsOf("@readers", Key("room_id"), Key("user_id"), Number("seq"), Number("ordinal"));
            var move = dialect.UpdateFrom(
                "rooms", runs, "rooms.id = j.room_id and rooms.head_seq = j.first_seq - 1", "head_seq = j.last_seq", "message_count = j.message_count", "last_activity_at = @at");
            var read = dialect.UpdateFrom(
                "memberships", readers, "memberships.room_id = j.room_id and memberships.user_id = j.user_id", "last_read_seq = j.seq", "read_count = j.ordinal", "last_posted_at = @at");
            var lockInOrder = dialect.ForUpdate.Length == 0 ? "" : $"select 1 from {runs} {dialect.JoinInOrder} rooms r on r.id = j.room_id order by r.id{dialect.ForUpdateOf("r")};";
            var note = $"insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) select j.outbox_id, @node, j.room_id, j.first_seq, j.last_seq, @at from {runs};";
            _write = $"""
                {dialect.Exactly(move, "@moves")};
                insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at{names})
                    select j.room_id, j.seq, j.id, j.seq, j.ordinal, j.type, j.sender_id, j.body, j.client_message_id, @at{values} from {messages};
                {inserts}
                {read};
                {(notes ? $"{note} {OutboxLedger.RemovalOf(dialect)};" : "")}
                commit
                """;
            _beginAndWrite = $"{dialect.Begin}; {lockInOrder}\n{_write}";
        }

        public string Of(bool begins) => begins ? _beginAndWrite : _write;
    }
}
