using System.Text.Json;

namespace Chat.Tests.Model;

/// <summary>
/// A room as one client sees it: loaded once, and carried on by the events. What is older than what it has it passes over; a gap it cannot pass over, and says so.
/// </summary>
internal sealed class RoomView(Names names)
{
    private readonly SortedDictionary<string, string> _members = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, MessageLine> _messages = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _early = [];
    private string _room = "";

    /// <summary>The number of the last event that it knows.</summary>
    public long Head { get; private set; }

    public string? Epoch { get; private set; }

    public bool IsLoaded { get; private set; }

    /// <summary>What is shown, as lines.</summary>
    /// <param name="first">Messages before this number are passed over.</param>
    public IReadOnlyList<string> Lines(long first) => [_room, .. _members.Values, .. MessageLines(first)];

    public IEnumerable<string> MessageLines(long first) => _messages.Where(message => message.Key >= first)
        .Select(message => RoomLines.OfMessage(message.Value with { Root = message.Value.Root is { } root ? names.KeyOf(root) : null }));

    /// <summary>Takes what <c>/app/rooms/{roomId}</c> says, or REST.</summary>
    public void Load(JsonElement room, IEnumerable<JsonElement> members, IEnumerable<JsonElement> messages)
    {
        _members.Clear();
        _messages.Clear();
        Head = room.GetProperty("headSeq").GetInt64();
        Epoch = room.GetProperty("epoch").GetString();
        Show(room);
        foreach (var member in members) Show(NameOf(member), member);
        foreach (var message in messages) ShowMessage(message);
        IsLoaded = true;
        foreach (var early in _early) Apply(early);
        _early.Clear();
    }

    /// <summary>What it knows cannot be carried on; it has to be loaded anew.</summary>
    public void Forget() => IsLoaded = false;

    /// <exception cref="InvalidOperationException">Something is missing before it.</exception>
    public void Apply(JsonElement told)
    {
        if (!IsLoaded)
        {
            _early.Add(told);
            return;
        }
        var seq = told.GetProperty("seq").GetInt64();
        if (seq <= Head) return;
        if (seq != Head + 1) throw new InvalidOperationException($"After {Head} came {told}.");
        Head = seq;
        var kind = told.GetProperty("event").GetString()!;
        if (told.TryGetProperty("message", out var message)) ShowMessage(message);
        if (told.TryGetProperty("thread", out var thread)) ShowThread(thread);
        if (told.TryGetProperty("room", out var room)) Show(room);
        if (!told.TryGetProperty("member", out var member)) return;
        if (kind is "member.left" or "member.removed") _members.Remove(NameOf(member));
        else Show(NameOf(member), member);
    }

    private void Show(JsonElement room)
    {
        var settings = new RoomSettings
        {
            Name = room.GetProperty("name").GetString()!,
            Description = room.GetProperty("description").GetString(),
            Visibility = room.GetProperty("visibility").GetString()!,
            MaxMembers = room.GetProperty("maxMembers").GetInt32(),
            HistoryForNewMembers = room.GetProperty("historyForNewMembers").GetString()!,
            HistoryForFormerMembers = room.GetProperty("historyForFormerMembers").GetString()!,
            EditWindowSeconds = room.GetProperty("editWindowSeconds").GetInt32(),
            DeleteWindowSeconds = room.GetProperty("deleteWindowSeconds").GetInt32(),
            SlowModeSeconds = room.GetProperty("slowModeSeconds").GetInt32(),
            ReadOnly = room.GetProperty("readOnly").GetBoolean(),
            JoinApproval = room.GetProperty("joinApproval").GetBoolean(),
        };
        _room = RoomLines.OfRoom(settings, IsSet(room, "closedAt"));
    }

    private void Show(string name, JsonElement member) => _members[name] = RoomLines.OfMember(name, member.GetProperty("role").GetString()!, IsSet(member, "mutedUntil"));

    /// <summary>Shows one message more, or anew.</summary>
    public void ShowMessage(JsonElement message)
    {
        var (seq, rev) = (message.GetProperty("seq").GetInt64(), message.GetProperty("rev").GetInt64());
        if (_messages.TryGetValue(seq, out var known) && known.Rev > rev) return;
        var (id, key) = (message.GetProperty("id").GetString()!, message.GetProperty("clientMessageId").GetString()!);
        names.Learn(key, id);
        _numbers[id] = seq;
        _messages[seq] = new MessageLine
        {
            Seq = seq,
            Rev = rev,
            Key = key,
            Kind = message.GetProperty("type").GetString()!,
            Sender = Names.NameOf(message.GetProperty("sender").GetProperty("id").GetString()!),
            Text = names.Read(message.GetProperty("text").GetString()),
            Root = message.GetProperty("threadRootId").GetString(),
            Replies = message.GetProperty("replyCount").GetInt32(),
            Mentions = [.. NamesIn(message.GetProperty("mentions")), .. message.TryGetProperty("mentionsAll", out _) ? [MessageModel.ToAll] : Array.Empty<string>()],
            Edited = IsSet(message, "editedAt"),
            Deleted = IsSet(message, "deletedAt"),
            Pinned = message.GetProperty("pinned").GetBoolean(),
            Reactions = [.. message.GetProperty("reactions").EnumerateArray().Select(ReactionOf)],
        };
    }

    /// <summary>Who may not see what a thread began with is told of the replies all the same.</summary>
    private void ShowThread(JsonElement thread)
    {
        if (_numbers.TryGetValue(thread.GetProperty("rootId").GetString()!, out var root) && _messages.TryGetValue(root, out var message))
            _messages[root] = message with { Replies = thread.GetProperty("replyCount").GetInt32() };
    }

    private static List<string> NamesIn(JsonElement ids) => [.. ids.EnumerateArray().Select(id => Names.NameOf(id.GetString()!))];

    private static string ReactionOf(JsonElement reaction)
    {
        var who = NamesIn(reaction.GetProperty("userIds"));
        reaction.GetProperty("count").GetInt32().Should().Be(who.Count);
        return RoomLines.OfReaction(reaction.GetProperty("emoji").GetString()!, who);
    }

    private static string NameOf(JsonElement member) => Names.NameOf(member.GetProperty("userId").GetString()!);

    private static bool IsSet(JsonElement thing, string name) => thing.GetProperty(name).ValueKind != JsonValueKind.Null;
}
