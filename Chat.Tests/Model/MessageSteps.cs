using System.Collections.Immutable;

namespace Chat.Tests.Model;

/// <summary>Says something.</summary>
/// <param name="Who">Who does.</param>
/// <param name="Kind">The type.</param>
internal sealed record Post(string Who, string Kind = Post.Plain) : Step(Who)
{
    public const string Plain = "TEXT";
    public const string Reply = "THREAD";
    public const string Temp = "TEMP";

    /// <summary>Who is mentioned, or <see cref="MessageModel.ToAll"/>; null for nobody.</summary>
    public string? Mention { get; init; }

    public string Key { get; init; } = "";
    public string? Root { get; init; }

    internal override bool IsAlone => Mention is not null;

    internal override string? About => Root;

    private string Text => Mention is null ? $"says {Key}" : $"says {Key} @{Mention}";

    protected override Step Resolve(RoomModel room, int number) => this with { Key = $"m{number}", Root = Kind == Reply ? MessageStep.KeyOf(room, Roll()) : null };

    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Member(Who) is not { } member) return room.Refuse(RoomModel.NotMember);
        // A repeat is answered as the first was, whatever its sender may do by now.
        if (room.Messages.Exists(message => message.Key == Key)) return room.Accept();
        if (room.Closed) return room.Refuse(RoomModel.Forbidden);
        if (member.Muted) return room.Refuse("muted");
        if (!member.Moderates && room.Settings.ReadOnly) return room.Refuse(RoomModel.Forbidden);
        if (!member.Moderates && room.Settings.SlowModeSeconds > 0 && member.Waits) return room.Refuse("rate_limited");
        var message = new MessageModel(Kind, Key, Who, Text) { Root = Root, Mentions = Mentioning.Of(room, Who, Mention) };
        if (Kind != Reply) return room.Say(message, Burst).Accept();

        if (room.Messages.Find(one => one.Key == Root) is not { IsGone: false } root || root.Seq < room.FirstFor(Who)) return room.Refuse(RoomModel.NotFound);
        if (root.Root is not null) return room.Refuse("invalid");
        return (room with { Messages = room.Messages.Replace(root, root with { Replies = root.Replies + 1 }) }).Say(message, Burst).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Post, "/messages", BodyOf(names));

    public override (string Destination, object? Body)? AsSend(Names names) => ("/messages", BodyOf(names));

    private object BodyOf(Names names) => new
    {
        clientMessageId = Key,
        type = Kind,
        text = names.Send(Text),
        threadRootId = Root is null ? null : names.MessageId(Root),
        ttlSeconds = Kind == Temp ? 1 : (int?)null,
    };
}

/// <summary>A service has the system say something.</summary>
internal sealed record SaySystem() : Step("system")
{
    public string Key { get; init; } = "";

    protected override Step Resolve(RoomModel room, int number) => this with { Key = $"m{number}" };

    public override (string Told, RoomModel Room) Apply(RoomModel room) =>
        room.Closed ? room.Refuse(RoomModel.Forbidden) : room.Say(new MessageModel("SYSTEM", Key, Who, $"says {Key}"), Burst).Accept();

    public override Request AsRequest(Names names) =>
        new(HttpMethod.Post, "/system-messages", new { idempotencyKey = Key, roomId = names.Rooms[Room], text = $"says {Key}" }) { IsOfService = true };
}

/// <summary>Nobody does this: the time of a message is over.</summary>
internal sealed record Expire(string Key) : Step("time")
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        var message = room.Messages.Find(one => one.Key == Key)!;
        if (message.IsGone) return room.Accept();
        var next = message.Pinned ? room.Next().Next() : room.Next();
        return (next with { Messages = next.Messages.Replace(message, message.Clear() with { Rev = next.Head, Expired = true }) }).Accept();
    }

    public override Request AsRequest(Names names) => throw new InvalidOperationException("Nobody asks for it.");
}

/// <summary>How texts mention.</summary>
internal static class Mentioning
{
    /// <summary>Whom a text by somebody reaches: current members but oneself, and all for those who moderate.</summary>
    public static ImmutableList<string> Of(RoomModel room, string author, string? mention)
    {
        if (mention is null or "" || mention == author) return [];
        return (mention == MessageModel.ToAll ? room.Member(author)!.Moderates : room.Member(mention) is not null) ? [mention] : [];
    }
}

/// <summary>What concerns a message that is there.</summary>
internal abstract record MessageStep(string Who) : Step(Who)
{
    /// <summary>So that what is done meets what was just done.</summary>
    private const int MostRecent = 6;

    public string Key { get; init; } = "";
    public string Text { get; init; } = "";

    internal override string? About => Key;

    /// <summary>The key of one of the newest messages, the newer the likelier; of none, where there is none.</summary>
    public static string KeyOf(RoomModel room, Random chance)
    {
        if (room.Messages.IsEmpty) return "nothing";
        var some = Math.Min(MostRecent, room.Messages.Count);
        return room.Messages[room.Messages.Count - 1 - Math.Min(chance.Next(some), chance.Next(some))].Key;
    }

    protected override Step Resolve(RoomModel room, int number)
    {
        var chance = Roll();
        var newest = KeyOf(room, chance);
        var rare = Rare.Select(isRare => room.Messages.FindAll(message => isRare(message))).Where(some => !some.IsEmpty).ToList();
        return this with { Key = rare.Count == 0 ? newest : Aim(chance, rare[chance.Next(rare.Count)].ConvertAll(message => message.Key), newest), Text = $"edit {number}" };
    }

    /// <summary>The kinds of messages to which the step would do something that it seldom does to any; each is as likely as another.</summary>
    protected virtual IReadOnlyList<Func<MessageModel, bool>> Rare => [];

    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Member(Who) is not { } member) return room.Refuse(RoomModel.NotMember);
        var message = room.Messages.Find(one => one.Key == Key);
        if (message is null || message.Seq < room.FirstFor(Who)) return room.Refuse(RoomModel.NotFound);
        if (room.Closed) return room.Refuse(RoomModel.Forbidden);
        return Change(room, member, message);
    }

    protected abstract (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message);

    /// <summary>The message is another, with an event.</summary>
    protected static (string Told, RoomModel Room) With(RoomModel room, MessageModel message, Func<MessageModel, MessageModel> change)
    {
        var next = room.Next();
        return (next with { Messages = next.Messages.Replace(message, change(message) with { Rev = next.Head }) }).Accept();
    }
}

/// <summary>The same message once more, as a client sends it that has lost its connection.</summary>
internal sealed record Repeat(string Who) : MessageStep(Who)
{
    protected override Step Resolve(RoomModel room, int number)
    {
        var mine = room.Messages.FindAll(message => message.Sender == Who);
        var post = new Post(Who) { Room = Room, Way = Way };
        return post with { Burst = Burst, Key = mine.IsEmpty ? $"m{number}" : mine[Roll().Next(mine.Count)].Key };
    }

    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message) => throw new InvalidOperationException("It is a Post by then.");

    public override Request AsRequest(Names names) => throw new InvalidOperationException("It is a Post by then.");
}

internal sealed record Edit(string Who) : MessageStep(Who)
{
    /// <summary>As of a post.</summary>
    public string? Mention { get; init; }

    internal override bool IsAlone => Mention is not null;

    protected override Step Resolve(RoomModel room, int number)
    {
        var edit = (Edit)base.Resolve(room, number);
        return Mention is null ? edit : edit with { Text = $"{edit.Text} @{Mention}" };
    }

    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message)
    {
        if (message.IsGone) return room.Refuse(RoomModel.NotFound);
        if (message.Sender != Who) return room.Refuse(RoomModel.Forbidden);
        if (member.Muted) return room.Refuse("muted");
        if (room.Settings.ReadOnly && !member.Moderates) return room.Refuse(RoomModel.Forbidden);
        if (room.Settings.EditWindowSeconds == 0) return room.Refuse("edit_window_closed");
        return With(room, message, was => was with { Text = Text, Edited = true, Mentions = Mentioning.Of(room, Who, Mention) });
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Patch, $"/messages/{names.MessageId(Key)}", new { text = names.Send(Text) });

    public override (string Destination, object? Body)? AsSend(Names names) => ($"/messages/{names.MessageId(Key)}/edit", new { text = names.Send(Text) });
}

internal sealed record Delete(string Who) : MessageStep(Who)
{
    /// <summary>What has something of others' that goes with it, or stays without it.</summary>
    protected override IReadOnlyList<Func<MessageModel, bool>> Rare =>
        [message => message is { Replies: > 0, IsGone: false }, message => message.Pinned, message => !message.Reactions.IsEmpty, message => !message.Mentions.IsEmpty];

    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message)
    {
        if (message.IsGone) return room.Accept();
        if (!member.Moderates && message.Sender != Who) return room.Refuse(RoomModel.Forbidden);
        if (!member.Moderates && room.Settings.DeleteWindowSeconds == 0) return room.Refuse("edit_window_closed");
        // What is pinned is unpinned first, by an event of its own.
        return With(message.Pinned ? room.Next() : room, message, was => was.Clear());
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Delete, $"/messages/{names.MessageId(Key)}");

    public override (string Destination, object? Body)? AsSend(Names names) => ($"/messages/{names.MessageId(Key)}/delete", null);
}

internal sealed record PinOrUnpin(string Who, bool On) : MessageStep(Who)
{
    protected override IReadOnlyList<Func<MessageModel, bool>> Rare => On ? [] : [message => message.Pinned];

    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message)
    {
        if (message.IsGone) return room.Refuse(RoomModel.NotFound);
        if (!member.Moderates) return room.Refuse(RoomModel.Forbidden);
        return message.Pinned == On ? room.Accept() : With(room, message, was => was with { Pinned = On });
    }

    public override Request AsRequest(Names names) => new(On ? HttpMethod.Put : HttpMethod.Delete, $"/pins/{names.MessageId(Key)}");

    public override (string Destination, object? Body)? AsSend(Names names) => ($"/messages/{names.MessageId(Key)}/{(On ? "pin" : "unpin")}", null);
}

internal sealed record React(string Who, string Emoji, bool On) : MessageStep(Who)
{
    /// <summary>People press what is there already: what they pressed before once more, or what others did.</summary>
    protected override Step Resolve(RoomModel room, int number)
    {
        var chance = Roll();
        var there = room.Messages.SelectMany(message => message.Reactions.Select(reaction => (message.Key, reaction.Emoji, IsMine: reaction.Names.Contains(Who)))).ToList();
        var mine = there.FindAll(reaction => reaction.IsMine);
        var (key, emoji, _) = Aim(chance, mine.Count > 0 ? mine : there, (KeyOf(room, chance), Emoji, false));
        return this with { Key = key, Emoji = emoji };
    }

    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message)
    {
        if (message.IsGone) return room.Refuse(RoomModel.NotFound);
        if (On && member.Muted) return room.Refuse("muted");
        var index = message.Reactions.FindIndex(reaction => reaction.Emoji == Emoji);
        var names = index < 0 ? [] : message.Reactions[index].Names;
        if (names.Contains(Who) == On) return room.Accept();
        var changed = On ? names.Add(Who) : names.Remove(Who);
        ImmutableList<(string, ImmutableList<string>)> reactions = index < 0 ? message.Reactions.Add((Emoji, changed))
            : changed.IsEmpty ? message.Reactions.RemoveAt(index)
            : message.Reactions.SetItem(index, (Emoji, changed));
        return With(room, message, was => was with { Reactions = reactions });
    }

    public override Request AsRequest(Names names) =>
        new(On ? HttpMethod.Put : HttpMethod.Delete, $"/messages/{names.MessageId(Key)}/reactions/{Uri.EscapeDataString(Emoji)}");

    public override (string Destination, object? Body)? AsSend(Names names) =>
        ($"/messages/{names.MessageId(Key)}/reactions", new { emoji = Emoji, op = On ? "add" : "remove" });
}
