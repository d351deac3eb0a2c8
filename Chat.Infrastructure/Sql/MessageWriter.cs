using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Writes what becomes of a message, with all that belongs to it, into the log of its locked room.</summary>
internal static class MessageWriter
{
    /// <summary>Writes the change and adds its events to the log. Tells the message as it is then.</summary>
    public static async Task<Message> ChangeAsync(RoomLog log, Message message, MessageChange change, DateTimeOffset now)
    {
        if (change is Reaction reaction)
        {
            if (!await WriteRowAsync(log, message, reaction, now)) return message;
            change = reaction with { Successor = await FindSuccessorAsync(log, message, reaction) };
        }

        var events = change.Apply(message, log.NextSeq, now);
        if (events.Count == 0) return message;
        var after = events[^1].Message;
        await WriteBesideAsync(log, message, change, events[^1]);
        if (change is NewText) await MentionRows.ChangeAsync(log, message, after);
        await MessageRows.SaveAsync(log.Transaction, after);
        Add(log, events);
        return after;
    }

    /// <summary>Writes that these messages, all of this room, have expired: by as many statements as one takes, because many may be due at once.</summary>
    public static async Task ExpireAsync(RoomLog log, IReadOnlyList<Message> messages, DateTimeOffset now)
    {
        if (messages.Count == 0) return;
        var gone = new List<Message>(messages.Count);
        foreach (var message in messages)
        {
            var events = new Expiry().Apply(message, log.NextSeq, now);
            Add(log, events);
            gone.Add(events[^1].Message);
        }
        await RemoveTracesAsync(log, messages);
        await MessageRows.SaveExpiredAsync(log.Transaction, log.Dialect, gone);
    }

    private static void Add(RoomLog log, IReadOnlyList<MessageEvent> events)
    {
        foreach (var one in events) log.Add(one, pins: PinsBy(one));
    }

    private static int PinsBy(MessageEvent one) => one switch
    {
        MessagePinned => 1,
        MessageUnpinned => -1,
        _ => 0,
    };

    private static Task WriteBesideAsync(RoomLog log, Message message, MessageChange change, MessageEvent last)
    {
        var facts = new
        {
            Id = message.Id.ToString(),
            Room = message.RoomId.Value,
            message.Seq,
            Rev = last.Seq,
            Body = message.Text,
            At = Columns.Of(last.At),
            By = (change as Pin)?.By.Value,
        };
        return change switch
        {
            NewText => ExecuteAsync("insert into message_edits (message_id, rev, room_id, body, replaced_at) values (@Id, @Rev, @Room, @Body, @At)"),
            Pin => ExecuteAsync("insert into pins (room_id, message_id, seq, pinned_by, pinned_at, pin_seq) values (@Room, @Id, @Seq, @By, @At, @Rev)"),
            Unpin => ExecuteAsync("delete from pins where room_id = @Room and message_id = @Id"),
            Deletion => RemoveTracesAsync(log, [message]),
            _ => Task.CompletedTask,
        };

        Task ExecuteAsync(string statement) => log.Transaction.Connection!.ExecuteAsync(statement, facts, log.Transaction);
    }

    /// <summary>Removes what belongs to messages of the room that are about to be gone.</summary>
    private static async Task RemoveTracesAsync(RoomLog log, IReadOnlyList<Message> messages)
    {
        var facts = new { Room = log.Room.Id.Value, Ids = messages.Select(message => message.Id.ToString()).ToArray() };
        var isOne = log.Dialect.IsOneOf("@Ids");
        string[] statements =
        [
            $"delete from pins where room_id = @Room and message_id {isOne}",
            .. Beside.Select(table => $"delete from {table} where message_id {isOne}"),
        ];
        await log.Transaction.Connection!.ExecuteAsync(string.Join("; ", statements), facts, log.Transaction);
        await MentionRows.RemoveAsync(log, messages);
    }

    private static readonly string[] Beside = ["message_edits", "message_reactions", "expiries", "burns"];

    /// <summary>Writes the reaction's own row; false when it was as asked already.</summary>
    private static async Task<bool> WriteRowAsync(RoomLog log, Message message, Reaction reaction, DateTimeOffset now)
    {
        var row = new { Id = message.Id.ToString(), reaction.Emoji, User = reaction.By.Value, Now = Columns.Of(now) };
        const string key = "message_id = @Id and emoji = @Emoji and user_id = @User";
        var there = await log.Transaction.Connection!.ExecuteScalarAsync<long>($"select count(*) from message_reactions where {key}", row, log.Transaction) > 0;
        if (there == reaction.IsOn) return false;
        await log.Transaction.Connection!.ExecuteAsync(
            reaction.IsOn
                ? "insert into message_reactions (message_id, emoji, user_id, created_at) values (@Id, @Emoji, @User, @Now)"
                : $"delete from message_reactions where {key}",
            row,
            log.Transaction);
        return true;
    }

    /// <summary>Only where a named one goes, and there are others to name, all rows of the reaction are looked at.</summary>
    private static async Task<UserId?> FindSuccessorAsync(RoomLog log, Message message, Reaction reaction)
    {
        if (reaction.IsOn || message.Reactions.FirstOrDefault(one => one.Emoji == reaction.Emoji) is not { } there) return null;
        if (there.Count <= there.UserIds.Count || !there.UserIds.Contains(reaction.By)) return null;
        var named = there.UserIds.Select(user => user.Value).ToArray();
        var next = await log.Transaction.Connection!.QueryFirstOrDefaultAsync<string>(
            $"""
            select r.user_id from message_reactions r where r.message_id = @Id and r.emoji = @Emoji and not (r.user_id {log.Dialect.IsOneOf("@Named")})
            order by r.created_at, r.user_id limit 1
            """,
            new { Id = message.Id.ToString(), reaction.Emoji, Named = named },
            log.Transaction);
        return next is null ? null : UserId.Parse(next);
    }
}
