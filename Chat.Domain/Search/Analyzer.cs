using System.Globalization;
using System.Text;

namespace Chat.Domain.Search;

/// <summary>
/// How a text is cut for the search; the same for messages and queries, and the same on every database, because no database cuts anything itself.
/// </summary>
/// <remarks>
/// A text is folded (<see cref="Folding"/>) and becomes runs. Letters, digits and marks of scripts that put blanks between words make a word, which is one term
/// and is found by its beginning. Where scripts put no blanks (Han, kana, Hangul, Bopomofo, Thai, Lao, Khmer, Myanmar), and among emoji, every character makes a term with the one behind
/// it, and the last of the run one alone: any two characters are found by a term, and a single one by the beginning of a term. Everything else only separates.
/// </remarks>
public static class Analyzer
{
    /// <summary>The distinct terms of a message.</summary>
    public static IReadOnlySet<string> TermsOf(string text)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in RunsOf(Folding.Fold(text)))
        {
            if (run.IsWord)
            {
                terms.Add(run.Text);
                continue;
            }
            foreach (var pair in PairsOf(run.Text)) terms.Add(pair);
            terms.Add(LastOf(run.Text));
        }
        return terms;
    }

    /// <summary>The terms that every message has in which this cleaned text stands, beginning where a run begins or among characters that need no beginning.</summary>
    internal static IEnumerable<SearchTerm> TermsFor(string cleaned)
    {
        foreach (var run in RunsOf(cleaned))
        {
            var pairs = run.IsWord ? [] : PairsOf(run.Text).ToList();
            if (pairs.Count == 0) yield return new SearchTerm(run.Text, IsPrefix: true);
            foreach (var pair in pairs) yield return new SearchTerm(pair, IsPrefix: false);
        }
    }

    /// <summary>The folded text with one blank in place of all that only separates, and none at its ends.</summary>
    internal static string Clean(string text)
    {
        var cleaned = new StringBuilder(text.Length);
        var isApart = false;
        Span<char> utf16 = stackalloc char[2];
        foreach (var rune in Folding.Fold(text).EnumerateRunes())
        {
            if (KindOf(rune) is CharacterKind.Separator)
            {
                isApart = true;
                continue;
            }
            if (isApart && cleaned.Length > 0) cleaned.Append(' ');
            isApart = false;
            cleaned.Append(utf16[..rune.EncodeToUtf16(utf16)]);
        }
        return cleaned.ToString();
    }

    internal static CharacterKind KindOf(Rune rune)
    {
        var code = rune.Value;
        // Emoji and other pictures; the second are the colours of skin, which Unicode files under modifiers.
        var category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.OtherSymbol || code is >= 0x1F3FB and <= 0x1F3FF) return CharacterKind.Unspaced;
        if (category > UnicodeCategory.OtherNumber) return CharacterKind.Separator;
        return IsUnspaced(code) ? CharacterKind.Unspaced : CharacterKind.Word;
    }

    /// <summary>Blocks of the scripts without blanks (Unicode 14, Blocks.txt), as far as folding leaves anything in them.</summary>
    private static bool IsUnspaced(int code) => code switch
    {
        < 0x0E00 => false,
        <= 0x0EFF => true, // Thai, Lao
        >= 0x1000 and <= 0x109F => true, // Myanmar
        >= 0x1100 and <= 0x11FF => true, // Hangul Jamo
        >= 0x1780 and <= 0x17FF => true, // Khmer
        >= 0x2E80 and <= 0x2FDF => true, // radicals
        >= 0x3005 and <= 0xA48F => true, // Hiragana, Katakana, Bopomofo, Han, Yi
        >= 0xA960 and <= 0xA97F => true, // Hangul Jamo Extended-A
        >= 0xAC00 and <= 0xD7FF => true, // Hangul
        >= 0xF900 and <= 0xFAFF => true, // Han
        >= 0x1AFF0 and <= 0x1B16F => true, // kana
        >= 0x20000 and <= 0x3FFFF => true, // Han
        _ => false,
    };

    private static IEnumerable<(string Text, bool IsWord)> RunsOf(string folded)
    {
        var start = 0;
        var kind = CharacterKind.Separator;
        for (var i = 0; i < folded.Length;)
        {
            var rune = Rune.GetRuneAt(folded, i);
            var its = KindOf(rune);
            if (its != kind)
            {
                if (kind is not CharacterKind.Separator) yield return (folded[start..i], kind is CharacterKind.Word);
                (start, kind) = (i, its);
            }
            i += rune.Utf16SequenceLength;
        }
        if (kind is not CharacterKind.Separator) yield return (folded[start..], kind is CharacterKind.Word);
    }

    private static IEnumerable<string> PairsOf(string run)
    {
        for (var i = 0; i < run.Length;)
        {
            var first = LengthAt(run, i);
            if (i + first == run.Length) yield break;
            yield return run.Substring(i, first + LengthAt(run, i + first));
            i += first;
        }
    }

    private static string LastOf(string run) => char.IsLowSurrogate(run[^1]) ? run[^2..] : run[^1..];

    private static int LengthAt(string text, int index) => char.IsHighSurrogate(text[index]) ? 2 : 1;
}

/// <summary>What a character is to the search.</summary>
internal enum CharacterKind
{
    /// <summary>Blanks, punctuation, and whatever else nobody looks for.</summary>
    Separator,

    /// <summary>Part of a word.</summary>
    Word,

    /// <summary>Of a script that puts no blanks between words, or a picture.</summary>
    Unspaced,
}

/// <summary>What a message has to have for a query.</summary>
/// <param name="Text">A term of the message, or how it begins.</param>
/// <param name="IsPrefix">Whether it is enough that a term begins so.</param>
public readonly record struct SearchTerm(string Text, bool IsPrefix);
