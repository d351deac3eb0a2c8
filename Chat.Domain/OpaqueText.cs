using System.Text;

namespace Chat.Domain;

/// <summary>What every text from outside has to satisfy before it may be stored or compared.</summary>
public static class OpaqueText
{
    /// <summary>
    /// Whether a text can serve as an identifier: not empty, not too long, without control characters, lone surrogates and blanks at its ends.
    /// MySQL compares without trailing blanks, PostgreSQL cannot hold U+0000, and no database holds a lone surrogate.
    /// </summary>
    public static bool IsIdentifier(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text) || text.Length > maxLength) return false;
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) return false;
        foreach (var c in text)
        {
            if (char.IsControl(c)) return false;
        }
        return IsWellFormed(text);
    }

    /// <summary>Whether every database can store the text unchanged: no U+0000 and no lone surrogate.</summary>
    public static bool IsStorable(string text) => !text.Contains('\0', StringComparison.Ordinal) && IsWellFormed(text);

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done) return false;
            text = text[consumed..];
        }
        return true;
    }
}
