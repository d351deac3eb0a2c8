using Chat.Domain.Events;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>What becomes of a message. The family is closed: every kind is in this file.</summary>
public abstract record MessageChange
{
    /// <summary>The message stays as it is, and nothing is announced: a repeat, or a change to what is so already.</summary>
    public static readonly MessageChange None = new Nothing();

    /// <summary>
    /// The events of the change, in order. Each has the message as it is after all of them: nobody is told once more what is gone.
    /// </summary>
    /// <param name="message">As it was.</param>
    /// <param name="nextSeq">The room's next number; each event takes one.</param>
    /// <param name="at">When.</param>
    public abstract IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at);

    private sealed record Nothing : MessageChange
    {
        public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) => [];
    }

    /// <summary>What is gone is pinned no longer, which is told first; then the last word.</summary>
    private protected static IReadOnlyList<MessageEvent> Clear(
        Message message, long nextSeq, DateTimeOffset at, Func<Message, Message> mark, Func<Message, long, MessageEvent> tell)
    {
        var last = message.PinnedAt is null ? nextSeq : nextSeq + 1;
        var gone = mark(message with
        {
            Rev = last,
            Text = null,
            Mentions = [],
            MentionsAll = false,
            Reactions = [],
            PinnedAt = null,
            Quote = null,
            Forwarded = null,
            Data = null,
        });
        return message.PinnedAt is null ? [tell(gone, last)] : [new MessageUnpinned(gone, nextSeq, at), tell(gone, last)];
    }
}

/// <summary>It says something else.</summary>
/// <param name="Text">What.</param>
/// <param name="Mentioned">Whom that addresses, in place of those before.</param>
public sealed record NewText(string Text, MentionedMembers Mentioned) : MessageChange
{
    public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) =>
        [new MessageEdited(message with { Rev = nextSeq, Text = Text, Mentions = Mentioned.Users, MentionsAll = Mentioned.All, EditedAt = at }, nextSeq, at)];
}

/// <summary>It is taken back: it keeps its place, and nothing of what it said.</summary>
public sealed record Deletion : MessageChange
{
    public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) =>
        Clear(message, nextSeq, at, gone => gone with { DeletedAt = at }, (gone, seq) => new MessageDeleted(gone, seq, at));
}

/// <summary>Its time is over.</summary>
public sealed record Expiry : MessageChange
{
    public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) =>
        Clear(message, nextSeq, at, gone => gone with { ExpiresAt = gone.ExpiresAt ?? at }, (gone, seq) => new MessageExpired(gone, seq, at));
}

/// <summary>It is pinned.</summary>
/// <param name="By">Who did it.</param>
public sealed record Pin(UserId By) : MessageChange
{
    public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) =>
        [new MessagePinned(message with { Rev = nextSeq, PinnedAt = at }, nextSeq, at)];
}

/// <summary>It is no longer pinned.</summary>
public sealed record Unpin : MessageChange
{
    public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) =>
        [new MessageUnpinned(message with { Rev = nextSeq, PinnedAt = null }, nextSeq, at)];
}

/// <summary>Somebody reacts to it, or takes that back.</summary>
/// <param name="By">Who.</param>
/// <param name="Emoji">By what.</param>
/// <param name="IsOn">Whether the reaction is there from now on.</param>
/// <param name="Successor">Of those who are counted but not named the one who comes next; named when a named one takes a reaction back.</param>
public sealed record Reaction(UserId By, string Emoji, bool IsOn, UserId? Successor = null) : MessageChange
{
    public override IReadOnlyList<MessageEvent> Apply(Message message, long nextSeq, DateTimeOffset at) =>
        [new MessageReacted(message with { Rev = nextSeq, Reactions = Change(message.Reactions) }, nextSeq, at)];

    private IReadOnlyList<ReactionCount> Change(IReadOnlyList<ReactionCount> reactions)
    {
        var there = reactions.FirstOrDefault(one => one.Emoji == Emoji);
        if (there is null) return IsOn ? [.. reactions, new ReactionCount(Emoji, 1, [By])] : reactions;
        var changed = IsOn ? Add(there) : Remove(there);
        return [.. reactions.Select(one => one == there ? changed : one).Where(one => one.Count > 0)];
    }

    private ReactionCount Add(ReactionCount there) => there with
    {
        Count = there.Count + 1,
        UserIds = there.UserIds.Count < ReactionCount.MostNamed ? [.. there.UserIds, By] : there.UserIds,
    };

    private ReactionCount Remove(ReactionCount there)
    {
        var named = there.UserIds.Where(user => user != By).ToList();
        if (named.Count < there.UserIds.Count && Successor is { } next) named.Add(next);
        return there with { Count = there.Count - 1, UserIds = named };
    }
}
