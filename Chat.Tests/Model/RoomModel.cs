using System.Collections.Immutable;

namespace Chat.Tests.Model;

/// <summary>
/// A room as docs/protocol.md says that it should be: who is in it, what was said, and the number of its last event. A value; each step gives another one.
/// It knows nothing of databases, nodes and connections.
/// </summary>
internal sealed record RoomModel
{
    public const string Done = "none";
    public const string NotMember = "not_member";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";

    public required long Head { get; init; }
    public required RoomSettings Settings { get; init; }
    public bool Closed { get; init; }

    /// <summary>All who ever were members.</summary>
    public required ImmutableSortedDictionary<string, MemberModel> People { get; init; }

    public ImmutableList<MessageModel> Messages { get; init; } = [];
    public ImmutableHashSet<string> Banned { get; init; } = [];

    /// <summary>Who has asked to be let in.</summary>
    public ImmutableHashSet<string> Asked { get; init; } = [];

    /// <summary>How many invites were made; each opens the room for ever.</summary>
    public int Invites { get; init; }

    /// <summary>In which burst something was said here last; that sorts the room list.</summary>
    public int LastBurst { get; init; }

    /// <summary>Messages whose time may be over at any moment.</summary>
    public IEnumerable<Expire> Expiries => Messages.Where(message => message is { Kind: Post.Temp, IsGone: false }).Select(message => new Expire(message.Key));

    public int MemberCount => People.Values.Count(member => member.IsCurrent);

    /// <summary>A room right after it was made.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="people">Its owner, then its members.</param>
    public static RoomModel Of(RoomSettings settings, IReadOnlyList<string> people) => new()
    {
        Head = people.Count,
        Settings = settings,
        People = people.Select((name, index) => (name, new MemberModel(index == 0 ? Role.Owner : Role.Member, index + 1) { LastRead = people.Count }))
            .ToImmutableSortedDictionary(pair => pair.name, pair => pair.Item2, StringComparer.Ordinal),
    };

    /// <summary>The membership of who is a member now; null for everybody else.</summary>
    public MemberModel? Member(string name) => People.TryGetValue(name, out var member) && member.IsCurrent ? member : null;

    /// <summary>Who is a member now, and was none before.</summary>
    /// <param name="before">The room then.</param>
    public IEnumerable<string> NewSince(RoomModel before) => People.Keys.Where(name => Member(name) is not null && before.Member(name) is null);

    /// <summary>Why somebody may not do what needs a role; null when they may.</summary>
    public string? Check(string name, Role least)
    {
        if (Member(name) is not { } member) return NotMember;
        return member.Role < least || Closed ? Forbidden : null;
    }

    /// <summary>The same of what is done to another member.</summary>
    public string? CheckOver(string name, Role least, string other)
    {
        if (Check(name, least) is { } refused) return refused;
        if (Member(other) is not { } there) return NotFound;
        return there.Role < Member(name)!.Role ? null : Forbidden;
    }

    public (string Told, RoomModel Room) Refuse(string code) => (code, this);

    public (string Told, RoomModel Room) Accept() => (Done, this);

    /// <summary>The room one event later.</summary>
    public RoomModel Next() => this with { Head = Head + 1 };

    /// <summary>A member is another, with an event.</summary>
    public RoomModel Change(string name, MemberModel member) => Next() with { People = People.SetItem(name, member) };

    /// <summary>Somebody becomes a member; a mute outlasts that one was away.</summary>
    public RoomModel Enter(string name)
    {
        var member = People.GetValueOrDefault(name, new MemberModel(Role.Member, 0)) with { Role = Role.Member, JoinedSeq = Head + 1, LastRead = Head + 1, LeftSeq = null };
        return Change(name, member) with { Asked = Asked.Remove(name) };
    }

    /// <summary>Notes of those who went since <paramref name="before"/> what they may have heard.</summary>
    public RoomModel WithEndsSince(RoomModel before) => People
        .Where(person => person.Value.LeftSeq is not null && person.Value.LeftSeq != before.People.GetValueOrDefault(person.Key)?.LeftSeq)
        .Aggregate(this, (room, person) => room with { People = room.People.SetItem(person.Key, person.Value with { HeardAtMost = Head }) });

    /// <summary>Of several who come and go at once nothing tells who was first, but what each who came has read: up to there. Nobody has said or changed anything by that number.</summary>
    /// <param name="name">Who came.</param>
    /// <param name="lastRead">Their read position.</param>
    /// <param name="headBefore">The room's head before all that was done then.</param>
    public RoomModel WithJoin(string name, long lastRead, long headBefore)
    {
        var member = People[name];
        if (member.LastRead != member.JoinedSeq || lastRead <= headBefore || lastRead > Head || Messages.Exists(message => message.Seq == lastRead || message.Rev == lastRead)) return this;
        return this with { People = People.SetItem(name, member with { JoinedSeq = lastRead, LastRead = lastRead }) };
    }

    public RoomModel Exit(string name) => Change(name, People[name] with { Role = Role.Member, LeftSeq = Head + 1 });

    /// <summary>The room once something more was said in it. Whoever posts has read up to there; the system is no member.</summary>
    public RoomModel Say(MessageModel message, int burst)
    {
        var said = Next() with { LastBurst = burst, Messages = Messages.Add(message with { Seq = Head + 1, Rev = Head + 1 }) };
        return Member(message.Sender) is { } sender ? said with { People = People.SetItem(message.Sender, sender with { Waits = true, LastRead = said.Head }) } : said;
    }

    /// <summary>What a member may see, as lines.</summary>
    /// <param name="name">Who looks.</param>
    public IReadOnlyList<string> LinesFor(string name)
    {
        var first = FirstFor(name);
        return
        [
            RoomLines.OfRoom(Settings, Closed),
            .. People.Where(pair => pair.Value.IsCurrent).Select(pair => RoomLines.OfMember(pair.Key, pair.Value.Role.ToString().ToLowerInvariant(), pair.Value.Muted)),
            .. Messages.Where(message => message.Seq >= first).Select(message => message.Line),
        ];
    }

    /// <summary>The messages that somebody may see who is or was a member; null for none.</summary>
    public IReadOnlyList<MessageModel>? VisibleTo(string name)
    {
        var person = People[name];
        if (!person.IsCurrent && Settings.HistoryForFormerMembers == "none") return null;
        var last = person.LeftSeq ?? long.MaxValue;
        return Messages.FindAll(message => message.Seq >= FirstFor(name) && message.Seq <= last).ConvertAll(message => message.AsOf(last));
    }

    /// <summary>The room in a member's list, by number.</summary>
    /// <param name="name">Who looks.</param>
    /// <param name="room">Its number.</param>
    public string ListingFor(string name, int room)
    {
        var lastRead = People[name].LastRead;
        var preview = !Messages.IsEmpty && Messages[^1] is var last && last.Seq >= FirstFor(name)
            ? RoomLines.OfPreview(last.Seq, last.Kind, last.Key, last.Sender, last.Text) : RoomLines.NoPreview;
        return RoomLines.OfListing(room, Messages.Count(message => message.Seq > lastRead), Messages.Count(message => message.Seq > lastRead && message.IsTo(name)), preview);
    }

    /// <summary>The first number that a member may see.</summary>
    public long FirstFor(string name) => Settings.HistoryForNewMembers == "all" ? 1 : People[name].JoinedSeq;
}

internal enum Role
{
    Member,
    Moderator,
    Owner,
}

/// <summary>What ties somebody to the room.</summary>
/// <param name="Role">What they may do.</param>
/// <param name="JoinedSeq">The number of the event by which they came, last.</param>
internal sealed record MemberModel(Role Role, long JoinedSeq)
{
    public long? LeftSeq { get; init; }

    /// <summary>
    /// The last event that somebody who is out may have heard. Of two who leave at once nothing tells which was first, so <see cref="LeftSeq"/> may be the other's: it is the
    /// room's head behind all that was done then.
    /// </summary>
    public long HeardAtMost { get; init; }

    /// <summary>Up to where they have read.</summary>
    public long LastRead { get; init; }
    public bool Muted { get; init; }

    /// <summary>Whether they have posted: in slow mode they wait for longer than any history lasts.</summary>
    public bool Waits { get; init; }

    public bool IsCurrent => LeftSeq is null;
    public bool Moderates => IsCurrent && Role >= Role.Moderator;
}

/// <summary>A message of the model.</summary>
/// <param name="Kind">Its type on the wire.</param>
/// <param name="Key">What its sender calls it.</param>
/// <param name="Sender">Who said it.</param>
/// <param name="Text">What; null when it is gone.</param>
internal sealed record MessageModel(string Kind, string Key, string Sender, string? Text)
{
    public const string ToAll = "all";

    public long Seq { get; init; }
    public long Rev { get; init; }

    /// <summary>Of a reply the message that its thread began with.</summary>
    public string? Root { get; init; }
    public int Replies { get; init; }

    /// <summary>Whom it mentions, in the order of the text, and <see cref="ToAll"/>.</summary>
    public ImmutableList<string> Mentions { get; init; } = [];

    public bool Edited { get; init; }
    public bool Expired { get; init; }
    public bool Pinned { get; init; }
    public ImmutableList<(string Emoji, ImmutableList<string> Names)> Reactions { get; init; } = [];

    /// <summary>What it said before, each until the event of that number.</summary>
    public ImmutableList<(long Until, string Text)> Former { get; init; } = [];

    public bool IsGone => Text is null;

    /// <summary>Nobody mentions themselves.</summary>
    public bool IsTo(string name) => name != Sender && (Mentions.Contains(name) || Mentions.Contains(ToAll));

    public MessageModel Clear() => this with { Text = null, Pinned = false, Reactions = [], Mentions = [], Former = [] };

    /// <summary>As somebody is shown it who left by the event of this number.</summary>
    public MessageModel AsOf(long last)
    {
        if (Rev <= last) return this;
        var then = this with { Pinned = false, Reactions = [] };
        var index = Former.FindIndex(former => former.Until > last);
        return index < 0 ? then : then with { Text = Former[index].Text, Mentions = [], Edited = false };
    }

    public string Line => RoomLines.OfMessage(new MessageLine
    {
        Seq = Seq,
        Rev = Rev,
        Key = Key,
        Kind = Kind,
        Sender = Sender,
        Text = Text,
        Root = Root,
        Replies = Replies,
        Mentions = Mentions,
        Edited = Edited,
        Deleted = IsGone && !Expired,
        Pinned = Pinned,
        Reactions = [.. Reactions.Select(reaction => RoomLines.OfReaction(reaction.Emoji, reaction.Names))],
    });
}
