using System.Collections.Frozen;
using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>What of a message has to be looked up before it is posted, and whom it is told to in person behind that.</summary>
/// <remarks>All look-ups come before the commit, so that one that fails leaves nothing half done.</remarks>
public sealed class PostingDetails(Mentions mentions, IMessageLookup lookup, IThreadStore threads, IRoomStore rooms, IArrangementStore arrangements, IEventBus bus)
{
    /// <summary>Followers of a thread who are told of a reply.</summary>
    public const int MostFollowers = 200;

    /// <summary>Members of a room who are told in person of a message to all; in a larger room the room lists tell it.</summary>
    public const int MostOfAll = 200;

    private static readonly Refusal NothingToQuote = Refusal.NotFound("There is no such message to quote, or it was deleted.");
    private static readonly Refusal NothingToForward = Refusal.NotFound("There is no such message to forward, or it was deleted.");

    public async ValueTask<Outcome<CompleteDraft>> CompleteAsync(Caller caller, NewMessage message, MessageDraft draft, CancellationToken cancellationToken)
    {
        // Nobody who is no member learns by a refusal what the room has.
        var (room, membership) = await rooms.FindForAsync(draft.RoomId, caller.Id, cancellationToken);
        if (room is null || membership is not { IsCurrent: true }) return Refusal.NotMember;

        if (message.Forward is { } forward)
        {
            if (!(await FindOriginalAsync(caller, forward, cancellationToken)).TryGet(out var original, out var lost)) return lost;
            return new CompleteDraft(draft with { Text = original.Text!, Forwarded = original.Forwarded ?? MessageQuote.Of(original) }, []);
        }
        if (message.QuoteId is { } quoteId)
        {
            if (!(await FindAsync(room, membership, quoteId, NothingToQuote, cancellationToken)).TryGet(out var quoted, out var unquotable)) return unquotable;
            draft = draft with { Quote = MessageQuote.Of(quoted) };
        }
        if (!(await mentions.FindAsync(draft.RoomId, caller.Id, message.Text, cancellationToken)).TryGet(out var mentioned, out var tooMany)) return tooMany;
        var told = mentioned.All && membership.Moderates ? await ListAllAsync(draft.RoomId, caller.Id, mentioned, cancellationToken) : mentioned.Users;
        var followers = message.ThreadRootId is { } root ? await threads.ListFollowersAsync(draft.RoomId, root, MostFollowers, cancellationToken) : [];
        followers = await mentions.ListHearersAsync(caller.Id, followers, cancellationToken);
        var levels = await FindLevelsAsync(draft.RoomId, [.. told.Union(mentioned.Users).Union(followers)], cancellationToken);
        return new CompleteDraft(draft with { Mentions = mentioned.Users, MentionsAll = mentioned.All }, [.. told.Where(user => LevelOf(user) is not NotificationLevel.None)])
        {
            Named = [.. mentioned.Users.Where(user => LevelOf(user) is not NotificationLevel.None)],
            Followers = [.. followers.Where(user => LevelOf(user) is NotificationLevel.All)],
        };

        NotificationLevel LevelOf(UserId user) => levels.GetValueOrDefault(user, NotificationLevel.All);
    }

    /// <summary>Why the message could not be posted as things stand, for one that is posted later by somebody who is a member now; null when it could.</summary>
    public async ValueTask<Refusal?> CheckAsync(Caller caller, Room room, Membership membership, NewMessage message, CancellationToken cancellationToken)
    {
        if (message.ThreadRootId is { } rootId && ReplyRules.Check(room, membership, await lookup.FindAsync(room.Id, rootId, cancellationToken)) is { } noReply) return noReply;
        if (message.Forward is { } forward) return (await FindOriginalAsync(caller, forward, cancellationToken)).Refusal;
        if (message.QuoteId is { } quoteId && (await FindAsync(room, membership, quoteId, NothingToQuote, cancellationToken)).Refusal is { } unquotable) return unquotable;
        return (await mentions.FindAsync(room.Id, caller.Id, message.Text, cancellationToken)).Refusal;
    }

    /// <summary>Tells those whom a new message addresses.</summary>
    public void Tell(PostedMessage posted, CompleteDraft complete)
    {
        var message = posted.Message;
        var notice = new Notice(Notice.Mention, message.RoomId)
        {
            MessageId = message.Id,
            Seq = message.Seq,
            Sender = message.Sender,
            Text = MessageQuote.Begin(message.Text ?? ""),
            ThreadRootId = message.ThreadRootId,
        };
        // Who lost the right to address all while this was looked up has addressed those who are named.
        foreach (var user in message.MentionsAll ? complete.Mentioned : complete.Named) bus.Signal(new NoticeSignal(user, notice));
        if (posted.Thread is not { } thread) return;
        var reply = notice with { Event = Notice.ThreadReply, ReplyCount = thread.ReplyCount };
        foreach (var user in complete.Followers) bus.Signal(new NoticeSignal(user, reply));
    }

    private async ValueTask<Outcome<Message>> FindOriginalAsync(Caller caller, ForwardedMessage forward, CancellationToken cancellationToken)
    {
        if (forward.RoomId is not { } from) return NothingToForward;
        var (room, membership) = await rooms.FindForAsync(from, caller.Id, cancellationToken);
        return room is null || membership is null ? NothingToForward : await FindAsync(room, membership, forward.MessageId, NothingToForward, cancellationToken);
    }

    /// <summary>A message that the reader may see and that others may keep.</summary>
    private async ValueTask<Outcome<Message>> FindAsync(Room room, Membership reader, MessageId id, Refusal missing, CancellationToken cancellationToken)
    {
        if (room.VisibleTo(reader) is not { } span || await lookup.FindAsync(room.Id, id, cancellationToken) is not { } present) return missing;
        if (present.Seq < span.First || present.Seq > span.Last) return missing;
        var message = (await lookup.AsOfAsync(room.Id, [present], span.Last, cancellationToken))[0];
        if (message.IsGone) return missing;
        return message.Type is MessageType.Temp ? Refusal.Forbidden("A TEMP message leaves nothing behind: it is neither quoted nor forwarded.") : message;
    }

    /// <summary>Whoever could be told: 50 by name, and 200 each of a thread and a room.</summary>
    private async ValueTask<IReadOnlyDictionary<UserId, NotificationLevel>> FindLevelsAsync(RoomId room, IReadOnlyCollection<UserId> users, CancellationToken cancellationToken) =>
        users.Count == 0 ? FrozenDictionary<UserId, NotificationLevel>.Empty : await arrangements.FindLevelsAsync(room, users, cancellationToken);

    private async ValueTask<IReadOnlyList<UserId>> ListAllAsync(RoomId room, UserId author, MentionedMembers mentioned, CancellationToken cancellationToken)
    {
        var members = await rooms.ListMembersAsync(room, after: null, MostOfAll + 1, cancellationToken);
        return members.Count > MostOfAll ? mentioned.Users : await mentions.ListHearersAsync(author, [.. members.Select(member => member.Profile.Id)], cancellationToken);
    }
}

/// <summary>A draft with all that had to be looked up.</summary>
/// <param name="Draft">What is posted.</param>
/// <param name="Mentioned">Who is told of a mention in person.</param>
public sealed record CompleteDraft(MessageDraft Draft, IReadOnlyList<UserId> Mentioned)
{
    /// <summary>Those of them whom the text names, in case its sender loses the right to address all.</summary>
    public IReadOnlyList<UserId> Named { get; init; } = [];

    /// <summary>Who is told of a reply.</summary>
    public IReadOnlyList<UserId> Followers { get; init; } = [];
}
