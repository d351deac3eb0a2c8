using System.Globalization;
using Chat.Domain.Outcomes;

namespace Chat.Domain.Messages;

/// <summary>What the text of a message has to satisfy, when it is written and when it is edited.</summary>
public static class MessageText
{
    /// <summary>In user-perceived characters (extended grapheme clusters, UAX #29).</summary>
    public const int MaxLength = 8_000;

    /// <summary>What is wrong with it, or null.</summary>
    public static Refusal? Check(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Refusal.Invalid("The message has no text.");
        if (!OpaqueText.IsStorable(text)) return Refusal.Invalid("text contains U+0000 or half of a surrogate pair.");
        // A text element is never longer than its UTF-16 units, so short texts need no counting.
        return text.Length > MaxLength && new StringInfo(text).LengthInTextElements is var length and > MaxLength
            ? Refusal.Invalid($"text has {length} characters; {MaxLength} are allowed.")
            : null;
    }
}
