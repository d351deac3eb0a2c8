using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>What former members are shown of messages that changed after they had left: nothing that was said since.</summary>
internal static class FormerView
{
    /// <summary>Messages as they stood when the event <paramref name="last"/> had come; <see cref="long.MaxValue"/> for as they are.</summary>
    public static async ValueTask<IReadOnlyList<Message>> AsOfAsync(
        this IMessageLookup lookup, RoomId room, IReadOnlyList<Message> messages, long last, CancellationToken cancellationToken)
    {
        var changed = messages.Where(message => message.Rev > last).Select(message => message.Id).ToList();
        if (changed.Count == 0) return messages;
        var texts = await lookup.ReadTextsAsync(room, changed, last, cancellationToken);
        return [.. messages.Select(message => message.Rev > last ? AsOf(message, texts.GetValueOrDefault(message.Id)) : message)];
    }

    private static Message AsOf(Message message, string? text)
    {
        var then = message with { Text = text, Reactions = [], PinnedAt = null };
        // Whom the former text addressed, and whether it was an edit, is not kept.
        return text == message.Text ? then : then with { Mentions = [], MentionsAll = false, EditedAt = null };
    }
}
