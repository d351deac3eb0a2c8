namespace Stomp.Gateway.Destinations;

/// <summary>
/// A destination cut into its segments. Behind the prefix a dot may stand for a slash, as in Spring's and RabbitMQ's own destinations:
/// <c>/topic/rooms.42</c> is <c>/topic/rooms/42</c>.
/// </summary>
internal readonly struct Destination
{
    /// <summary>Longer ones are no destination of ours: the longest of them has two ids of 64 characters.</summary>
    public const int MaxLength = 512;

    private readonly string[] _segments;

    private Destination(string text, string[] segments) => (Text, _segments) = (text, segments);

    /// <summary>As the client wrote it.</summary>
    public string Text { get; }

    public ReadOnlySpan<string> Segments => _segments;

    public static Destination Parse(string text)
    {
        if (text.Length is 0 or > MaxLength || text[0] != '/') return new Destination(text, []);
        var prefixEnd = text.IndexOf('/', 1);
        var segments = prefixEnd < 0
            ? [text[1..]]
            : (string[])[text[1..prefixEnd], .. text[(prefixEnd + 1)..].Split('/', '.')];
        return new Destination(text, segments);
    }

    /// <summary>
    /// Whether it has the pattern's shape; <c>*</c> in the pattern stands for any one segment that is not empty, which is given back, and <c>**</c> at its end
    /// for one or more.
    /// </summary>
    /// <param name="pattern">Its segments.</param>
    /// <param name="variables">What each <c>*</c> of the pattern stands for, in order.</param>
    public bool Matches(ReadOnlySpan<string> pattern, out IReadOnlyList<string> variables)
    {
        variables = [];
        var isOpen = pattern[^1] == "**";
        if (isOpen ? _segments.Length < pattern.Length : _segments.Length != pattern.Length) return false;
        if (isOpen) pattern = pattern[..^1];
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "*" ? _segments[i].Length == 0 : pattern[i] != _segments[i]) return false;
        }

        var count = pattern.Count("*");
        if (count == 0) return true;
        var found = new string[count];
        for (int i = 0, next = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "*") found[next++] = _segments[i];
        }
        variables = found;
        return true;
    }

    public override string ToString() => Text;
}
