using System.Diagnostics.CodeAnalysis;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Text with holes, each a name in braces: <c>{member.name} has entered</c>. A brace stands for nothing else.</summary>
internal sealed class TextTemplate
{
    /// <summary>Literal text and names by turns, literal text first and last.</summary>
    private readonly string[] _parts;

    private TextTemplate(string[] parts) => _parts = parts;

    public IEnumerable<string> Holes => _parts.Where((_, index) => IsHole(index));

    /// <summary>False when a brace is left open, or nothing stands between two.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TextTemplate? template)
    {
        template = null;
        var parts = new List<string>();
        while (text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = text.IndexOf('}', StringComparison.Ordinal);
            if (close <= open + 1) return false;
            parts.Add(text[..open]);
            parts.Add(text[(open + 1)..close]);
            text = text[(close + 1)..];
        }
        if (text.Contains('}', StringComparison.Ordinal) || parts.Exists(part => part.Contains('{', StringComparison.Ordinal))) return false;
        template = new TextTemplate([.. parts, text]);
        return true;
    }

    /// <param name="values">For each of the holes in their order.</param>
    public string Fill(IReadOnlyList<string> values) => string.Concat(_parts.Select((part, index) => IsHole(index) ? values[index / 2] : part));

    private static bool IsHole(int index) => index % 2 == 1;
}
