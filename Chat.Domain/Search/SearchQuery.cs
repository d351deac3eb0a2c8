using System.Globalization;
using System.Text;

namespace Chat.Domain.Search;

/// <summary>
/// What somebody looks for. Each part between blanks has to stand in the message, in any order; a part that begins with a letter or digit of a script with
/// blanks has to stand at the beginning of a word. Punctuation in a part is as good as any other: <c>foo.bar</c> finds <c>foo-bar</c> and not <c>bar foo</c>.
/// </summary>
public sealed class SearchQuery
{
    /// <summary>In user-perceived characters.</summary>
    public const int MaxLength = 200;

    /// <summary>In UTF-16 units: no user-perceived character of any language is as long on the average.</summary>
    private const int MaxUnits = 20 * MaxLength;

    /// <summary>More would narrow it down no further: what an index finds by these is checked against the whole.</summary>
    private const int MostTerms = 8;

    private readonly IReadOnlyList<string> _parts;

    private SearchQuery(IReadOnlyList<string> parts)
    {
        _parts = parts;
        var terms = parts.SelectMany(Analyzer.TermsFor).Distinct().ToList();
        Terms = terms.Count <= MostTerms ? terms : [.. Enumerable.Range(0, MostTerms).Select(i => terms[i * terms.Count / MostTerms])];
    }

    /// <summary>What every message that matches has, at least one term; a message that has them all need not match.</summary>
    public IReadOnlyList<SearchTerm> Terms { get; }

    /// <summary>Whether the text is short enough, is whole, and has something to look for.</summary>
    public static bool TryParse(string text, out SearchQuery query)
    {
        query = null!;
        if (text.Length > MaxUnits || !OpaqueText.IsStorable(text) || new StringInfo(text).LengthInTextElements > MaxLength) return false;
        List<string> parts = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Analyzer.Clean).Where(part => part.Length > 0).Distinct(StringComparer.Ordinal)];
        if (parts.Count == 0) return false;
        query = new SearchQuery(parts);
        return true;
    }

    /// <summary>Whether a message of this text is what is looked for.</summary>
    public bool Matches(string text)
    {
        var cleaned = Analyzer.Clean(text);
        foreach (var part in _parts)
        {
            if (!StandsIn(cleaned, part)) return false;
        }
        return true;
    }

    private static bool StandsIn(string cleaned, string part)
    {
        var mayStandAnywhere = Analyzer.KindOf(Rune.GetRuneAt(part, 0)) is not CharacterKind.Word;
        for (var at = cleaned.IndexOf(part, StringComparison.Ordinal); at >= 0; at = cleaned.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            if (mayStandAnywhere || at == 0) return true;
            Rune.DecodeLastFromUtf16(cleaned.AsSpan(0, at), out var before, out _);
            if (Analyzer.KindOf(before) is not CharacterKind.Word) return true;
        }
        return false;
    }
}
