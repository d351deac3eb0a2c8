using System.Text;
using System.Text.RegularExpressions;

namespace Chat.Tests.Transcripts;

/// <summary>The names of one play with what they stand for, and whether what came is what was expected.</summary>
internal sealed partial class TranscriptValues
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal)
    {
        ["unique"] = Guid.NewGuid().ToString("N")[..8],
        ["kilo"] = new string('x', 1024),
    };

    public string this[string name]
    {
        set => _values[name] = value;
    }

    /// <summary>The text with every known name replaced.</summary>
    public string Fill(string text) => Names().Replace(text, name => _values.GetValueOrDefault(name.Value[1..^1], name.Value));

    /// <summary>Complains unless a frame is as wanted; names that were not known take what stands in their places.</summary>
    public void Compare(byte[] wanted, byte[] came)
    {
        var told = Encoding.UTF8.GetString(came);
        came[^1].Should().Be(0, "{0} should end with NUL", told);
        var (wantedHead, wantedBody) = Parts(wanted);
        var (head, body) = Parts(came);
        Match(wantedHead[0], head[0]).Should().BeTrue("{0} should be {1}", told, wantedHead[0]);
        head.Skip(1).Select(line => line.Split(':')[0]).Should().OnlyHaveUniqueItems("{0} should have no header twice", told);
        foreach (var line in wantedHead.Skip(1))
        {
            if (line[0] == '-') head.Skip(1).Any(l => l.StartsWith($"{line[1..]}:", StringComparison.Ordinal)).Should().BeFalse("{0} should not have {1}", told, line[1..]);
            else head.Skip(1).Any(l => Match(line, l)).Should().BeTrue("{0} should have {1}", told, Fill(line));
        }
        Match(wantedBody, body).Should().BeTrue("{0} should have the body {1}", told, Fill(wantedBody));
    }

    /// <summary>The lines of the head, and the body without its NUL. Latin-1 keeps every octet.</summary>
    private static (string[] Head, string Body) Parts(byte[] frame)
    {
        var text = Encoding.Latin1.GetString(frame);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        return (text[..end].Split('\n'), text[(end + 2)..^1]);
    }

    private bool Match(string pattern, string text)
    {
        var expression = new StringBuilder(@"\A");
        var done = 0;
        foreach (Match place in Places().Matches(pattern))
        {
            expression.Append(Regex.Escape(pattern[done..place.Index])).Append(
                place.Value == "*" ? ".*"
                : _values.TryGetValue(place.Value[1..^1], out var known) ? Regex.Escape(known)
                : $"(?<{place.Value[1..^1]}>.+)");
            done = place.Index + place.Length;
        }
        expression.Append(Regex.Escape(pattern[done..])).Append(@"\z");
        var match = Regex.Match(text, expression.ToString(), RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        foreach (var taken in match.Groups.Values.Skip(1)) _values[taken.Name] = taken.Value;
        return match.Success;
    }

    [GeneratedRegex(@"\{[A-Za-z][A-Za-z0-9]*\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Names();

    [GeneratedRegex(@"\*|\{[A-Za-z][A-Za-z0-9]*\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Places();
}
