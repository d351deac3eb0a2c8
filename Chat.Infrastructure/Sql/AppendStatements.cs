namespace Chat.Infrastructure.Sql;

/// <summary>The statements of <see cref="AppendBatch"/>; their texts depend on the dialect alone.</summary>
internal sealed class AppendStatements(ISqlDialect dialect)
{
    private static RowColumn Key(string name) => new(name, RowColumnKind.Key);

    private static RowColumn Number(string name) => new(name, RowColumnKind.Number);

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

    /// <summary>
    /// Stores <c>@messages</c>; moves the heads of their rooms and the read positions of their senders, notes what is to be announced, and removes the notes
    /// of <c>@announced</c>. Then commits.
    /// </summary>
    public string WriteAndCommit { get; } =
        $"""
        insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at)
            select j.room_id, j.seq, j.id, j.seq, j.ordinal, j.type, j.sender_id, j.body, j.client_message_id, @at from {Messages(dialect)};
        insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at)
            select j.outbox_id, @node, j.room_id, j.first_seq, j.last_seq, @at from {Runs(dialect)};
        {dialect.UpdateFrom("rooms", Runs(dialect), "rooms.id = j.room_id", "head_seq = j.last_seq", "message_count = j.message_count", "last_activity_at = @at")};
        {dialect.UpdateFrom("memberships", Readers(dialect), "memberships.room_id = j.room_id and memberships.user_id = j.user_id", "last_read_seq = j.seq", "read_count = j.ordinal")};
        {OutboxLedger.RemovalOf(dialect)};
        commit
        """;

    private static string Messages(ISqlDialect dialect) => dialect.Rows(
        "@messages",
        Key("room_id"),
        Number("seq"),
        Key("id"),
        Number("ordinal"),
        Key("type"),
        Key("sender_id"),
        new RowColumn("body", RowColumnKind.Text),
        Key("client_message_id"));

    private static string Runs(ISqlDialect dialect) =>
        dialect.Rows("@runs", Key("outbox_id"), Key("room_id"), Number("first_seq"), Number("last_seq"), Number("message_count"));

    private static string Readers(ISqlDialect dialect) => dialect.Rows("@readers", Key("room_id"), Key("user_id"), Number("seq"), Number("ordinal"));
}
