using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Messages that are committed together: one look at everything that the decisions need, one write of everything that came of them. What one message costs
/// in round trips is shared by all.
/// </summary>
/// <remarks>
/// Repeats are rare, so the first try does not look for them: a message that was stored before under the same client message id is in the way of the write,
/// the transaction is undone as a conflict, and the next try looks.
/// </remarks>
internal sealed class AppendBatch(AppendStatements statements, HeldConnection connection, KnownRooms known, IReadOnlyList<MessageDraft> drafts, DateTimeOffset now)
{
    private readonly Outcome<PostedMessage>[] _outcomes = new Outcome<PostedMessage>[drafts.Count];
    private readonly Dictionary<RoomId, Room> _rooms = [];
    private readonly List<Room> _read = [];
    private readonly Dictionary<(RoomId, UserId), Membership> _memberships = [];
    private readonly Dictionary<(RoomId, UserId, string), Message> _sent = [];
    private readonly Dictionary<MessageId, Message> _roots = [];
    private readonly Dictionary<MessageId, ThreadStanding> _threads = [];
    private readonly List<Message> _new = [];

    /// <summary>Those that their senders were not there to post.</summary>
    private readonly HashSet<MessageId> _scheduled = [];
    private readonly bool _hasReplies = drafts.Any(static draft => draft.ThreadRootId is not null);
    private bool _isFirstTry = true;

    /// <summary>What came of each draft, in their order.</summary>
    public IReadOnlyList<Outcome<PostedMessage>> Outcomes => _outcomes;

    /// <summary>What is to be announced, once the transaction is committed.</summary>
    public IReadOnlyList<CommittedRun> Runs { get; private set; } = [];

    /// <param name="announced">Notes of earlier groups that have served.</param>
    public void Run(IReadOnlyList<string> announced)
    {
        try
        {
            var isOnTrust = _isFirstTry && DecideOnTrust();
            if (!isOnTrust) ReadAndDecide();
            _isFirstTry = false;
            Write(announced, isOnTrust);
            Remember();
        }
        catch
        {
            foreach (var draft in drafts) known.Forget(draft.RoomId);
            throw;
        }
    }

    /// <summary>Decides by what the lane knows, where that is enough and nobody is refused. The write finds out whether it still holds.</summary>
    private bool DecideOnTrust()
    {
        // What is known of a room does not tell what its messages are.
        if (_hasReplies || !known.Cover(drafts)) return false;
        foreach (var draft in drafts)
        {
            _rooms.TryAdd(draft.RoomId, known.RoomOf(draft.RoomId));
            _memberships.TryAdd((draft.RoomId, draft.Sender.Id), known.MembershipOf(draft.RoomId, draft.Sender.Id));
        }
        Decide();
        return Array.TrueForAll(_outcomes, outcome => outcome.Refusal is null);
    }

    private void ReadAndDecide()
    {
        // A transaction that is tried again starts from nothing.
        _rooms.Clear();
        _read.Clear();
        _memberships.Clear();
        _sent.Clear();
        _roots.Clear();
        _threads.Clear();
        _new.Clear();
        _scheduled.Clear();
        ReadFacts();
        if (_hasReplies) ReadRoots();
        if (!_isFirstTry || IsAnyNamedRefused()) ReadSent();
        Decide();
    }

    private void Remember()
    {
        if (_read.Count == 0)
        {
            foreach (var room in _rooms.Values) known.Move(room);
            foreach (var membership in _memberships.Values) known.Move(membership);
            return;
        }
        var memberships = _memberships.Values.ToLookup(membership => membership.RoomId);
        foreach (var room in _read) known.Learn(room, _rooms[room.Id], memberships[room.Id]);
    }

    /// <summary>Locks the rooms first, in the order of their ids, as every transaction does; then nothing else that is read here can change.</summary>
    private void ReadFacts()
    {
        var rooms = drafts.Select(d => d.RoomId.Value).Distinct().Order(StringComparer.Ordinal);
        var senders = drafts.Select(d => (d.RoomId, d.Sender.Id)).Distinct();
        var command = connection.Command(statements.BeginAndReadFacts)
            .Set("@rooms", JsonRows.Of(rooms, static (writer, room) => writer.WriteStringValue(room)))
            .Set("@senders", JsonRows.Of(senders, static (writer, key) =>
            {
                writer.WriteStringValue(key.RoomId.Value);
                writer.WriteStringValue(key.Id.Value);
            }));
        using var reader = command.ExecuteReader();
        foreach (var row in reader.Parse<RoomRow>())
        {
            var room = row.ToRoom();
            _read.Add(room);
            _rooms[room.Id] = room;
        }
        reader.NextResult();
        foreach (var row in reader.Parse<MembershipRow>()) _memberships[(RoomId.Parse(row.RoomId), UserId.Parse(row.UserId))] = row.ToMembership();
    }

    private void ReadRoots()
    {
        var ids = drafts.Where(d => d.ThreadRootId is not null).Select(d => d.ThreadRootId!.Value).Distinct();
        var command = connection.Command(statements.ReadRoots).Set("@roots", JsonRows.Of(ids, static (writer, id) => writer.WriteStringValue(id.ToString())));
        using var reader = command.ExecuteReader();
        foreach (var row in reader.Parse<MessageRow>())
        {
            // Who wrote it is of no account here.
            var root = row.ToMessage(new UserProfile(UserId.Parse(row.SenderId), row.SenderId, AvatarUrl: null));
            _roots[root.Id] = root;
        }
    }

    private void ReadSent()
    {
        var named = drafts.Where(d => d.ClientMessageId is not null).ToList();
        if (named.Count == 0) return;
        var command = connection.Command(statements.ReadSent).Set("@sent", JsonRows.Of(named, static (writer, draft) =>
        {
            writer.WriteStringValue(draft.RoomId.Value);
            writer.WriteStringValue(draft.Sender.Id.Value);
            writer.WriteStringValue(draft.ClientMessageId);
        }));
        var senders = named.ToLookup(d => d.Sender.Id, d => d.Sender);
        using var reader = command.ExecuteReader();
        foreach (var row in reader.Parse<MessageRow>())
        {
            var message = row.ToMessage(senders[UserId.Parse(row.SenderId)].First());
            _sent[(message.RoomId, message.Sender.Id, message.ClientMessageId!)] = message;
        }
    }

    /// <summary>What is refused now may be the repeat of what was stored before, of which its sender has not heard.</summary>
    private bool IsAnyNamedRefused()
    {
        foreach (var draft in drafts)
        {
            if (draft.ClientMessageId is not null && _rooms.TryGetValue(draft.RoomId, out var room) && RefusalOf(draft, room) is not null) return true;
        }
        return false;
    }

    private Refusal? RefusalOf(MessageDraft draft, Room room)
    {
        var membership = _memberships.GetValueOrDefault((draft.RoomId, draft.Sender.Id));
        if (draft.Admit(new PostingFacts(room, membership, now)) is { } refusal) return refusal;
        return draft.ThreadRootId is { } rootId ? ReplyRules.Check(room, membership, _roots.GetValueOrDefault(rootId)) : null;
    }

    private void Decide()
    {
        for (var i = 0; i < drafts.Count; i++) _outcomes[i] = Decide(drafts[i]);
    }

    private Outcome<PostedMessage> Decide(MessageDraft draft)
    {
        if (!_rooms.TryGetValue(draft.RoomId, out var room)) return Refusal.NotMember;
        var refusal = RefusalOf(draft, room);
        // What was stored stays so, whatever its sender may do by now and whatever it referred to; but nothing is said to who is no member.
        if (refusal != Refusal.NotMember && draft.ClientMessageId is { } clientId && _sent.TryGetValue((draft.RoomId, draft.Sender.Id, clientId), out var earlier))
            return new PostedMessage(earlier, Repeated: true);
        if (refusal is not null) return refusal;

        var at = Columns.Time(Columns.Of(now));
        var message = new Message
        {
            Id = draft.Id,
            RoomId = draft.RoomId,
            Seq = room.HeadSeq + 1,
            Rev = room.HeadSeq + 1,
            Ordinal = room.MessageCount + 1,
            Type = draft.Type,
            Sender = draft.Sender,
            Text = draft.Text,
            CreatedAt = at,
            ClientMessageId = draft.ClientMessageId,
            ThreadRootId = draft.ThreadRootId,
            Mentions = draft.Mentions,
            MentionsAll = draft.MentionsAll && _memberships.GetValueOrDefault((draft.RoomId, draft.Sender.Id)) is { Moderates: true },
            ExpiresAt = at + draft.TimeToLive,
            BurnAfterRead = draft.BurnAfterRead,
            Quote = draft.Quote,
            Forwarded = draft.Forwarded,
            Data = draft.Data,
        };
        _new.Add(message);
        if (draft.IsScheduled) _scheduled.Add(message.Id);
        _rooms[room.Id] = room with { HeadSeq = message.Seq, MessageCount = message.Ordinal };
        if (room.Settings.SlowMode > TimeSpan.Zero) NotePost(draft);
        if (draft.ClientMessageId is { } named) _sent[(draft.RoomId, draft.Sender.Id, named)] = message;
        return new PostedMessage(message, Repeated: false) { Thread = StandingWith(message) };
    }

    /// <summary>The next message of this sender, in this group or a later one, is judged by it.</summary>
    private void NotePost(MessageDraft draft)
    {
        if (_memberships.GetValueOrDefault((draft.RoomId, draft.Sender.Id)) is { } sender) _memberships[(draft.RoomId, draft.Sender.Id)] = sender with { LastPostedAt = now };
    }

    /// <summary>Counts a reply; null for a message that is none.</summary>
    private ThreadStanding? StandingWith(Message message)
    {
        if (message.ThreadRootId is not { } rootId) return null;
        var root = _roots[rootId];
        _roots[rootId] = root = root with { ReplyCount = root.ReplyCount + 1, LastReplyAt = message.CreatedAt };
        return _threads[message.Id] = new ThreadStanding(rootId, root.ReplyCount, message.CreatedAt);
    }

    private MessageCreated EventOf(Message message) => new(message) { Thread = _threads.GetValueOrDefault(message.Id) };

    private void Write(IReadOnlyList<string> announced, bool begins)
    {
        if (_new.Count == 0)
        {
            Runs = [];
            connection.Command("commit").ExecuteNonQuery();
            return;
        }
        // Locks are taken in the order of the rooms' ids, whoever takes them.
        var moves = _new.GroupBy(m => m.RoomId).OrderBy(room => room.Key.Value, StringComparer.Ordinal)
            .Select(room => new RoomMove(new CommittedRun(statements.NotesRuns ? OutboxId.New(now) : null, [.. room.Select(EventOf)]), _rooms[room.Key])).ToList();
        // Whoever posts has read up to there, unless it was posted for them. The system and its like are no members.
        var readers = _new.Where(m => !_scheduled.Contains(m.Id)).GroupBy(m => (m.RoomId, m.Sender.Id)).Where(mine => _memberships.ContainsKey(mine.Key)).Select(mine => mine.Last()).ToList();
        var rows = new AppendRows(Columns.Of(now), _new, moves, readers, announced) { Roots = [.. _threads.Values.Select(thread => thread.RootId).Distinct().Select(id => _roots[id])] };
        statements.Write(connection, rows, begins);
        Runs = [.. moves.Select(move => move.Run)];
    }
}
