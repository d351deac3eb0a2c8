using Chat.Domain.Messages;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// What is kept of messages that destroy themselves: for each a row in <c>expiries</c> with the time at which it is gone at the latest, and for one that waits
/// to be read by all a row in <c>burns</c>. Both belong into the transaction that makes the message.
/// </summary>
internal static class ExpiryRows
{
    /// <summary>A message that is burnt after reading is gone after this time, read or not.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <summary>When a message that destroys itself is gone at the latest.</summary>
    public static DateTimeOffset EndOf(Message message) => message.ExpiresAt ?? message.CreatedAt + LongestWait;

    /// <summary>Two statements that write the rows of <c>@expiries</c>, which <see cref="Of"/> makes.</summary>
    public static string InsertOf(ISqlDialect dialect)
    {
        var rows = dialect.Rows(
            "@expiries",
            new RowColumn("message_id", RowColumnKind.Key),
            new RowColumn("room_id", RowColumnKind.Key),
            new RowColumn("seq", RowColumnKind.Number),
            new RowColumn("expires_at", RowColumnKind.Number),
            new RowColumn("seconds", RowColumnKind.Number));
        return $"""
            insert into expiries (message_id, room_id, seq, expires_at) select j.message_id, j.room_id, j.seq, j.expires_at from {rows};
            insert into burns (message_id, room_id, seq, seconds) select j.message_id, j.room_id, j.seq, j.seconds from {rows} where j.seconds > 0
            """;
    }

    /// <summary>The rows of those of the messages that destroy themselves.</summary>
    public static string Of(IEnumerable<Message> messages) => JsonRows.Of(
        messages.Where(message => message.ExpiresAt is not null || message.BurnAfterRead is not null),
        static (writer, message) =>
        {
            writer.WriteStringValue(message.Id.ToString());
            writer.WriteStringValue(message.RoomId.Value);
            writer.WriteNumberValue(message.Seq);
            writer.WriteNumberValue(Columns.Of(EndOf(message)));
            writer.WriteNumberValue((long)(message.BurnAfterRead?.TotalSeconds ?? 0));
        });
}
