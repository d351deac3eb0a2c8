using Chat.Domain.Messages;

namespace Chat.Infrastructure.Sql;

/// <summary>What a message has beside its text, and what is kept of it elsewhere: the rows and statements of those groups that have such messages.</summary>
internal static class DetailRows
{
    /// <summary>The columns of a message that a plain one leaves empty.</summary>
    public const string Columns = "thread_root_id, mentions, mentions_all, expires_at, burn_seconds, quote, forwarded, data";

    private static readonly RowColumn[] MentionColumns = [Key("room_id"), Key("user_id"), Number("seq")];
    private static readonly RowColumn[] ReplyColumns = [Key("root_id"), Number("seq"), Key("room_id")];
    private static readonly RowColumn[] RootColumns = [Key("room_id"), Number("seq"), Number("reply_count")];

    /// <summary>Those of a message's own row, as <see cref="ValuesOf"/> has them.</summary>
    public static readonly RowColumn[] OfMessage =
        [Key("thread_root_id"), Text("mentions"), Number("mentions_all"), Number("expires_at"), Number("burn_seconds"), Text("quote"), Text("forwarded"), Text("data")];

    /// <summary>The values of <see cref="Columns"/>.</summary>
    public static object?[] ValuesOf(Message message) =>
    [
        message.ThreadRootId?.ToString(),
        MessageDetails.Of(message.Mentions),
        message.MentionsAll ? 1L : 0L,
        Sql.Columns.Of(message.ExpiresAt),
        (long?)message.BurnAfterRead?.TotalSeconds,
        MessageDetails.Of(message.Quote),
        MessageDetails.Of(message.Forwarded),
        message.Data,
    ];

    /// <summary>The statements that write what is kept elsewhere; their parameters are <see cref="Parameters"/>.</summary>
    public static string InsertsOf(ISqlDialect dialect) =>
        $"""
        insert into mentions (room_id, user_id, seq) select j.room_id, j.user_id, j.seq from {dialect.Rows("@mentioned", MentionColumns)};
        {ExpiryRows.InsertOf(dialect)};
        insert into thread_replies (root_id, seq, room_id) select j.root_id, j.seq, j.room_id from {dialect.Rows("@replies", ReplyColumns)};
        {dialect.UpdateFrom("messages", dialect.Rows("@roots", RootColumns), "messages.room_id = j.room_id and messages.seq = j.seq", "reply_count = j.reply_count", "last_reply_at = @at")}
        """;

    public static IEnumerable<(string Name, string Rows)> Parameters(AppendRows rows)
    {
        yield return ("@mentioned", JsonRows.OfValues(MentionsOf(rows)));
        yield return ("@expiries", ExpiryRows.Of(rows.Messages));
        yield return ("@replies", JsonRows.OfValues(RepliesOf(rows)));
        yield return ("@roots", JsonRows.OfValues(rows.Roots.Select(root => (object?[])[root.RoomId.Value, root.Seq, (long)root.ReplyCount])));
    }

    public static IEnumerable<object?[]> MentionsOf(AppendRows rows) =>
        rows.Messages.SelectMany(message => MentionRows.UsersOf(message).Select(user => (object?[])[message.RoomId.Value, user, message.Seq]));

    /// <summary>The values of <c>expiries</c>; <see cref="ExpiryRows"/> has the same as rows for a statement.</summary>
    public static IEnumerable<object?[]> ExpiriesOf(AppendRows rows) => rows.Messages
        .Where(message => message.ExpiresAt is not null || message.BurnAfterRead is not null)
        .Select(message => (object?[])[message.Id.ToString(), message.RoomId.Value, message.Seq, Sql.Columns.Of(ExpiryRows.EndOf(message))]);

    /// <summary>The values of <c>burns</c>.</summary>
    public static IEnumerable<object?[]> BurnsOf(AppendRows rows) => rows.Messages
        .Where(message => message.BurnAfterRead is not null)
        .Select(message => (object?[])[message.Id.ToString(), message.RoomId.Value, message.Seq, (long)message.BurnAfterRead!.Value.TotalSeconds]);

    public static IEnumerable<object?[]> RepliesOf(AppendRows rows) => rows.Messages
        .Where(message => message.ThreadRootId is not null)
        .Select(message => (object?[])[message.ThreadRootId.ToString(), message.Seq, message.RoomId.Value]);

    private static RowColumn Key(string name) => new(name, RowColumnKind.Key);

    private static RowColumn Number(string name) => new(name, RowColumnKind.Number);

    private static RowColumn Text(string name) => new(name, RowColumnKind.Text);
}
