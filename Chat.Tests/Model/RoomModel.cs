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

    public int MemberCount => People.Values.Count(member => member.IsCurrent);

    /// <summary>A room right after it was made.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="people">Its owner, then its members.</param>
    public static RoomModel Of(RoomSettings settings, IReadOnlyList<string> people) => new()
    {
        Head = people.Count,
        Settings = settings,
        People = people.Select((name, index) => (name, new MemberModel(index == 0 ? Role.Owner : Role.Member, index + 1)))
            .ToImmutableSortedDictionary(pair => pair.name, pair => pair.Item2, StringComparer.Ordinal),
    };

    /// <summary>The membership of who is a member now; null for everybody else.</summary>
    public MemberModel? Member(string name) => People.TryGetValue(name, out var member) && member.IsCurrent ? member : null;

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
        var member = People.GetValueOrDefault(name, new MemberModel(Role.Member, 0)) with { Role = Role.Member, JoinedSeq = Head + 1, LeftSeq = null };
        return Change(name, member) with { Asked = Asked.Remove(name) };
    }

    public RoomModel Exit(string name) => Change(name, People[name] with { Role = Role.Member, LeftSeq = Head + 1 });

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
    public bool Muted { get; init; }

    /// <summary>Whether they have posted: in slow mode they wait for longer than any history lasts.</summary>
    public bool Waits { get; init; }

    public bool IsCurrent => LeftSeq is null;
    public bool Moderates => IsCurrent && Role >= Role.Moderator;
}

/// <summary>A message of the model.</summary>
internal sealed record MessageModel(long Seq, string Key, string Sender, string? Text)
{
    public required long Rev { get; init; }
    public bool Edited { get; init; }
    public bool Pinned { get; init; }
    public ImmutableList<(string Emoji, ImmutableList<string> Names)> Reactions { get; init; } = [];

    /// <summary>Nothing expires here: what is gone was deleted.</summary>
    public bool IsGone => Text is null;

    public string Line => RoomLines.OfMessage(new MessageLine(
        Seq, Rev, Key, Sender, Text, Edited, IsGone, Pinned, [.. Reactions.Select(reaction => RoomLines.OfReaction(reaction.Emoji, reaction.Names))]));
}
