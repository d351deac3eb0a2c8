using Chat.Domain.Messages;

namespace Chat.Infrastructure.Sql;

/// <summary>What is counted of mentions: in <c>mentions</c> a row per message and member, and one without a member for all.</summary>
internal static class MentionRows
{
    /// <summary>Nobody's id is empty: that stands for all.</summary>
    private const string All = "";

    /// <summary>The users of a message's rows.</summary>
    public static IEnumerable<string> UsersOf(Message message)
    {
        foreach (var user in message.Mentions) yield return user.Value;
        if (message.MentionsAll) yield return All;
    }

    /// <summary>Makes the rows of a message those of what it has become.</summary>
    public static Task ChangeAsync(RoomLog log, Message before, Message after)
    {
        var text = new SqlText();
        AddRemoval(text, before, UsersOf(before).Except(UsersOf(after), StringComparer.Ordinal));
        AddInsert(text, after, UsersOf(after).Except(UsersOf(before), StringComparer.Ordinal));
        return ExecuteAsync(log, text);
    }

    /// <summary>Removes those of messages that are about to be gone.</summary>
    public static Task RemoveAsync(RoomLog log, IReadOnlyList<Message> messages)
    {
        var text = new SqlText();
        foreach (var message in messages) AddRemoval(text, message, UsersOf(message));
        return ExecuteAsync(log, text);
    }

    // By the key, which has the user before the number: a room may have many mentions.
    private static void AddRemoval(SqlText text, Message message, IEnumerable<string> users)
    {
        if (!users.Any()) return;
        text.Add($"delete from mentions where room_id = {message.RoomId.Value} and seq = {message.Seq} and user_id in (")
            .AddJoined(", ", users, user => $"{user}").AddLiteral("); ");
    }

    private static void AddInsert(SqlText text, Message message, IEnumerable<string> users)
    {
        if (!users.Any()) return;
        text.AddLiteral("insert into mentions (room_id, user_id, seq) values ")
            .AddJoined(", ", users, user => $"({message.RoomId.Value}, {user}, {message.Seq})").AddLiteral("; ");
    }

    private static Task ExecuteAsync(RoomLog log, SqlText text) =>
        text.IsEmpty ? Task.CompletedTask : text.ExecuteAsync(log.Transaction, CancellationToken.None);
}
