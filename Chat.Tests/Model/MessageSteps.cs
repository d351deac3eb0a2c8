using System.Collections.Immutable;

namespace Chat.Tests.Model;

internal sealed record Post(string Who) : Step(Who)
{
    public string Key { get; init; } = "";

    public override Step Resolve(RoomModel room, int number) => this with { Key = $"m{number}" };

    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Member(Who) is not { } member) return room.Refuse(RoomModel.NotMember);
        // A repeat is answered as the first was, whatever its sender may do by now.
        if (room.Messages.Exists(message => message.Key == Key)) return room.Accept();
        if (room.Closed) return room.Refuse(RoomModel.Forbidden);
        if (member.Muted) return room.Refuse("muted");
        if (!member.Moderates && room.Settings.ReadOnly) return room.Refuse(RoomModel.Forbidden);
        if (!member.Moderates && room.Settings.SlowModeSeconds > 0 && member.Waits) return room.Refuse("rate_limited");
        var next = room.Next();
        return (next with
        {
            Messages = next.Messages.Add(new MessageModel(next.Head, Key, Who, $"says {Key}") { Rev = next.Head }),
            People = next.People.SetItem(Who, member with { Waits = true }),
        }).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Post, "/messages", Body);

    public override (string Destination, object? Body)? AsSend(Names names) => ("/messages", Body);

    private object Body => new { clientMessageId = Key, text = $"says {Key}" };
}

/// <summary>What concerns a message that is there.</summary>
internal abstract record MessageStep(string Who) : Step(Who)
{
    /// <summary>So that what is done meets what was just done.</summary>
    private const int MostRecent = 6;

    /// <summary>Which message, counted from the newest.</summary>
    public int Pick { get; init; }
    public string Key { get; init; } = "";
    public string Text { get; init; } = "";

    public override Step Resolve(RoomModel room, int number)
    {
        var key = room.Messages.IsEmpty ? "nothing" : room.Messages[room.Messages.Count - 1 - (Pick % Math.Min(MostRecent, room.Messages.Count))].Key;
        return this with { Key = key, Text = $"edit {number}" };
    }

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
    public override Step Resolve(RoomModel room, int number)
    {
        var mine = room.Messages.FindAll(message => message.Sender == Who);
        var post = new Post(Who) { Room = Room, Way = Way };
        return mine.IsEmpty ? post.Resolve(room, number) : post with { Key = mine[Pick % mine.Count].Key };
    }

    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message) => throw new InvalidOperationException("It is a Post by then.");

    public override Request AsRequest(Names names) => throw new InvalidOperationException("It is a Post by then.");
}

internal sealed record Edit(string Who) : MessageStep(Who)
{
    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message)
    {
        if (message.IsGone) return room.Refuse(RoomModel.NotFound);
        if (message.Sender != Who) return room.Refuse(RoomModel.Forbidden);
        if (member.Muted) return room.Refuse("muted");
        if (room.Settings.ReadOnly && !member.Moderates) return room.Refuse(RoomModel.Forbidden);
        if (room.Settings.EditWindowSeconds == 0) return room.Refuse("edit_window_closed");
        return With(room, message, was => was with { Text = Text, Edited = true });
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Patch, $"/messages/{names.MessageId(Key)}", new { text = Text });

    public override (string Destination, object? Body)? AsSend(Names names) => ($"/messages/{names.MessageId(Key)}/edit", new { text = Text });
}

internal sealed record Delete(string Who) : MessageStep(Who)
{
    protected override (string Told, RoomModel Room) Change(RoomModel room, MemberModel member, MessageModel message)
    {
        if (message.IsGone) return room.Accept();
        if (!member.Moderates && message.Sender != Who) return room.Refuse(RoomModel.Forbidden);
        if (!member.Moderates && room.Settings.DeleteWindowSeconds == 0) return room.Refuse("edit_window_closed");
        // What is pinned is unpinned first, by an event of its own.
        return With(message.Pinned ? room.Next() : room, message, was => was with { Text = null, Pinned = false, Reactions = [] });
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Delete, $"/messages/{names.MessageId(Key)}");

    public override (string Destination, object? Body)? AsSend(Names names) => ($"/messages/{names.MessageId(Key)}/delete", null);
}

internal sealed record PinOrUnpin(string Who, bool On) : MessageStep(Who)
{
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
