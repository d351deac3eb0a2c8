using System.Globalization;
using System.Text;
using Chat.Domain.Search;

namespace Chat.Domain.Messages;

/// <summary>Finds in a text what may be mentions: an @ that does not stand behind a word, and whatever of the letters behind it may be a name.</summary>
/// <remarks>
/// A name ends where the word does. Scripts that are written without blanks, or whose endings follow a name at once (Chinese, Japanese, Korean), have no such
/// end: there a name may end behind every letter, as in <c>@철수야</c>.
/// </remarks>
public static class MentionText
{
    /// <summary>What addresses everybody.</summary>
    public const string All = "all";

    /// <summary>In UTF-16 units. Only names of rare compatibility forms grow beyond it, and such are mentioned by their ids.</summary>
    public const int MaxNameLength = 255;

    /// <summary>How many @ of a text are looked at.</summary>
    private const int MostPlaces = 100;

    /// <summary>How many names are tried at each.</summary>
    private const int MostCandidates = 32;

    /// <summary>The form in which names are compared: without blanks, and folded as for the search. Null where that is no name.</summary>
    public static string? NameOf(string text)
    {
        if (!OpaqueText.IsStorable(text)) return null;
        var letters = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c)) letters.Append(c);
        }
        var name = Folding.Fold(letters.ToString());
        return name.Length is 0 or > MaxNameLength ? null : name;
    }

    /// <summary>For each place the names that may stand there, the longest first.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> CandidatesIn(string text)
    {
        var places = new List<IReadOnlyList<string>>();
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0 && places.Count < MostPlaces; at = text.IndexOf('@', at + 1))
        {
            if (at > 0 && EndsWithWord(text.AsSpan(0, at))) continue;
            var candidates = CandidatesAt(text, at + 1);
            if (candidates.Count > 0) places.Add(candidates);
        }
        return places;
    }

    private static List<string> CandidatesAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && !char.IsControl(text[end]) && end - start < Users.UserProfile.MaxNameLength) end++;
        var candidates = new List<string>();
        for (var length = end - start; length > 0 && candidates.Count < MostCandidates; length--)
        {
            if (IsEnd(text, start + length)) candidates.Add(text.Substring(start, length));
        }
        return candidates;
    }

    /// <summary>Whether a name may end before this index.</summary>
    private static bool IsEnd(string text, int index)
    {
        if (index == text.Length) return true;
        if (char.IsLowSurrogate(text[index])) return false;
        return !Rune.TryGetRuneAt(text, index, out var next) || !IsWord(next);
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var last, out _) == System.Buffers.OperationStatus.Done && IsWord(last);

    private static bool IsWord(Rune rune) => rune.Value == '_' || (Rune.IsLetterOrDigit(rune) && !HasNoBlanks(rune)) || IsMark(rune);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Hangul, Han, Hiragana, Katakana and what belongs to them (Unicode's Blocks.txt).
    private static bool HasNoBlanks(Rune rune) => rune.Value is
        (>= 0x1100 and <= 0x11FF) or (>= 0x2E80 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xA960 and <= 0xA97F)
        or (>= 0xAC00 and <= 0xD7FF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFFDC) or (>= 0x20000 and <= 0x3FFFF);
}
