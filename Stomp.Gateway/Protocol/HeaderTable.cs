using System.Text;

namespace Stomp.Gateway.Protocol;

/// <summary>Where the headers of one frame lie within its head. Owned by a <see cref="FrameReader"/>, which fills it anew for each frame.</summary>
internal sealed class HeaderTable
{
    private Entry[] _entries = new Entry[8];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public HeaderTable Clone() => new() { _entries = _entries[..Count], Count = Count };

    /// <summary>A table in which this header stands in the place of all that have its name.</summary>
    public HeaderTable Replace(ReadOnlySpan<byte> head, Range name, Range value)
    {
        var table = new HeaderTable();
        table.Add(name, value, isEscaped: false);
        foreach (var entry in _entries.AsSpan(0, Count))
        {
            if (!head[entry.Name].SequenceEqual(head[name])) table.Add(entry.Name, entry.Value, entry.IsEscaped);
        }
        return table;
    }

    public void Add(Range name, Range value, bool isEscaped)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        _entries[Count++] = new Entry(name, value, isEscaped);
    }

    /// <summary>The value of the first header of that name, still escaped (STOMP 1.2, Repeated Header Entries). Names are compared as they stand behind their escapes.</summary>
    public bool TryFind(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool isEscaped)
    {
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            var candidate = head[entry.Name];
            isEscaped = entry.IsEscaped;
            value = head[entry.Value];
            // A name with an escape in it never is what it looks like.
            if (candidate.SequenceEqual(name) ? !isEscaped || !name.Contains((byte)'\\') : isEscaped && IsUnescaped(candidate, name)) return true;
        }
        value = default;
        isEscaped = false;
        return false;
    }

    private static bool IsUnescaped(ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> name) =>
        candidate.Contains((byte)'\\') && HeaderEscaping.Unescape(candidate) == Encoding.UTF8.GetString(name);

    public (string Name, string Value) Get(ReadOnlySpan<byte> head, int index)
    {
        var entry = _entries[index];
        return (Text(head[entry.Name], entry.IsEscaped), Text(head[entry.Value], entry.IsEscaped));
    }

    public static string Text(ReadOnlySpan<byte> octets, bool isEscaped) =>
        isEscaped ? HeaderEscaping.Unescape(octets) : Encoding.UTF8.GetString(octets);

    /// <param name="Name">Within the head.</param>
    /// <param name="Value">Within the head.</param>
    /// <param name="IsEscaped">Whether a backslash in it is an escape.</param>
    private readonly record struct Entry(Range Name, Range Value, bool IsEscaped);
}
