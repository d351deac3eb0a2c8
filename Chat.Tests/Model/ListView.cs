using System.Text.Json;

namespace Chat.Tests.Model;

/// <summary>
/// The room list as one connection sees it: loaded once, and carried on by what <c>/user/queue/rooms</c> tells. Either may come first; of the same room what has
/// the higher number counts.
/// </summary>
internal sealed class ListView(Names names)
{
    private readonly Dictionary<int, Row> _rows = [];

    /// <summary>The rooms, that with the newest message first.</summary>
    public IReadOnlyList<ListedRoom> Rooms => [.. _rows.OrderByDescending(row => row.Value.At, StringComparer.Ordinal).Select(row => new ListedRoom(row.Key, LineOf(row.Key, row.Value), row.Value.At))];

    /// <summary>Takes a room as <c>/app/rooms</c>, REST or <c>joined</c> tell it.</summary>
    public void Load(int number, JsonElement room)
    {
        var head = room.GetProperty("headSeq").GetInt64();
        if (_rows.TryGetValue(number, out var known) && known.Head > head) return;
        var row = new Row { Head = head, At = room.GetProperty("createdAt").GetString()!, Unread = room.GetProperty("unreadCount").GetInt64(), Mentions = room.GetProperty("mentionCount").GetInt32() };
        _rows[number] = room.GetProperty("lastMessage") is { ValueKind: JsonValueKind.Object } last ? Preview(row, last) : row;
    }

    public void Apply(int number, JsonElement change)
    {
        switch (change.GetProperty("change").GetString())
        {
            case "joined":
                Load(number, change.GetProperty("room"));
                break;
            case "removed":
                _rows.Remove(number);
                break;
            case "read":
                _rows[number] = Count(_rows.GetValueOrDefault(number, new Row()), change);
                break;
            case "message":
                var told = change.GetProperty("event");
                var row = Count(_rows.GetValueOrDefault(number, new Row()), change) with { Head = told.GetProperty("seq").GetInt64() };
                var message = told.GetProperty("message");
                _rows[number] = message.GetProperty("seq").GetInt64() >= row.Seq ? Preview(row, message) : row;
                break;
        }
    }

    private static Row Count(Row row, JsonElement change) => row with { Unread = change.GetProperty("unreadCount").GetInt64(), Mentions = change.GetProperty("mentionCount").GetInt32() };

    private Row Preview(Row row, JsonElement message)
    {
        var (seq, text) = (message.GetProperty("seq").GetInt64(), names.Read(message.GetProperty("text").GetString()));
        var sender = Names.NameOf(message.GetProperty("sender").GetProperty("id").GetString()!);
        var preview = RoomLines.OfPreview(seq, message.GetProperty("type").GetString()!, message.GetProperty("clientMessageId").GetString()!, sender, text);
        return row with { Seq = seq, At = message.GetProperty("createdAt").GetString()!, Preview = preview };
    }

    private static string LineOf(int number, Row row) => RoomLines.OfListing(number, row.Unread, row.Mentions, row.Preview);

    /// <summary>A room of the list: the number up to where it is known, and the newest message.</summary>
    private sealed record Row
    {
        public long Head { get; init; }
        public long Unread { get; init; }
        public int Mentions { get; init; }
        public long Seq { get; init; }
        public string At { get; init; } = "";
        public string Preview { get; init; } = RoomLines.NoPreview;
    }
}

/// <summary>A room of a list.</summary>
/// <param name="Room">Which of the history's rooms.</param>
/// <param name="Line">What the list says of it.</param>
/// <param name="At">When something was said there last.</param>
internal sealed record ListedRoom(int Room, string Line, string At);
