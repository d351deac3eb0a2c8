using System.Data.Common;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Single messages, found and written within a transaction or outside of one.</summary>
internal static class MessageRows
{
    /// <summary>Messages with their senders, from whatever the rest of the statement says of the table named <c>g</c>.</summary>
    public static async Task<IReadOnlyList<Message>> ReadAsync(DbConnection connection, string rest, object facts, DbTransaction? transaction = null)
    {
        var rows = await connection.QueryAsync<MessageRow, ProfileRow?, Message>(
            $"select {MessageRow.Columns}, {ProfileRow.Columns} from messages g left join users u on u.id = g.sender_id {rest}",
            (row, sender) => row.ToMessage(sender.ToProfile(UserId.Parse(row.SenderId))),
            facts,
            transaction,
            splitOn: "ProfileId");
        return [.. rows];
    }

    public static async Task<Message?> FindAsync(DbConnection connection, RoomId room, MessageId message, DbTransaction? transaction = null) =>
        (await ReadAsync(connection, "where g.id = @Id and g.room_id = @Room", new { Id = message.ToString(), Room = room.Value }, transaction)).SingleOrDefault();

    /// <summary>Writes what can change of a message. Its room is locked.</summary>
    public static Task SaveAsync(DbTransaction transaction, Message message) => transaction.Connection!.ExecuteAsync(
        """
        update messages set rev = @Rev, body = @Body, mentions = @Mentions, mentions_all = @MentionsAll, reactions = @Reactions, pinned_at = @PinnedAt,
            edited_at = @EditedAt, deleted_at = @DeletedAt, expires_at = @ExpiresAt, quote = @Quote, forwarded = @Forwarded, data = @Data
        where room_id = @Room and seq = @Seq
        """,
        new
        {
            Room = message.RoomId.Value,
            message.Seq,
            message.Rev,
            Body = message.Text,
            Mentions = MessageDetails.Of(message.Mentions),
            MentionsAll = message.MentionsAll ? 1L : 0L,
            Reactions = MessageDetails.Of(message.Reactions),
            PinnedAt = Columns.Of(message.PinnedAt),
            EditedAt = Columns.Of(message.EditedAt),
            DeletedAt = Columns.Of(message.DeletedAt),
            ExpiresAt = Columns.Of(message.ExpiresAt),
            Quote = MessageDetails.Of(message.Quote),
            Forwarded = MessageDetails.Of(message.Forwarded),
            message.Data,
        },
        transaction);

    /// <summary>Empties the rows of messages that have expired, by one statement. Their room is locked.</summary>
    public static Task SaveExpiredAsync(DbTransaction transaction, ISqlDialect dialect, IReadOnlyList<Message> gone)
    {
        var rows = dialect.Rows(
            "@gone",
            new RowColumn("room_id", RowColumnKind.Key),
            new RowColumn("seq", RowColumnKind.Number),
            new RowColumn("rev", RowColumnKind.Number),
            new RowColumn("expires_at", RowColumnKind.Number));
        var update = dialect.UpdateFrom(
            "messages",
            rows,
            "messages.room_id = j.room_id and messages.seq = j.seq",
            "rev = j.rev",
            "expires_at = j.expires_at",
            "mentions_all = 0",
            "body = null",
            "mentions = null",
            "reactions = null",
            "pinned_at = null",
            "quote = null",
            "forwarded = null",
            "data = null");
        var facts = new
        {
            gone = JsonRows.Of(gone, static (writer, message) =>
            {
                writer.WriteStringValue(message.RoomId.Value);
                writer.WriteNumberValue(message.Seq);
                writer.WriteNumberValue(message.Rev);
                writer.WriteNumberValue(Columns.Of(message.ExpiresAt!.Value));
            }),
        };
        return transaction.Connection!.ExecuteAsync(update, facts, transaction);
    }
}
