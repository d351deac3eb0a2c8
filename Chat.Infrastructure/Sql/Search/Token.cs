using System.Globalization;
using System.Text;
using Chat.Domain.Search;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>
/// A term of one room, written so that no database's own ideas of words come in between: ASCII lower-case letters, digits and <c>_</c>, four characters at least and
/// 81 at most. The room's number comes first, so that a search costs what is in the rooms that are searched, whatever else is in the database.
/// </summary>
/// <remarks>
/// MySQL passes over words of less than 3 (<c>innodb_ft_min_token_size</c>) or more than 84 characters, and over some English ones, none of which begins with
/// a digit. The beginning of a term is written as the beginning of its token, so that prefixes can be asked for.
/// </remarks>
/// <param name="Text">As it stands in the index.</param>
/// <param name="IsPrefix">Whether tokens that begin so are asked for too.</param>
internal readonly record struct Token(string Text, bool IsPrefix)
{
    /// <summary>What is cut off is left to the check of the message itself. With a room's number, of 19 digits at most, this stays within 84.</summary>
    private const int MaxEncoded = 60;

    private const string Attachments = "att";

    /// <summary>
    /// Characters of tokens that are kept of one message: far more than the longest text has, unless it is made for it, and within what a tsvector can hold (1 MB).
    /// </summary>
    private const int MostCharacters = 500_000;

    /// <summary>All tokens of a message with a blank between them; none of one that is gone. Two terms that are cut to the same stand in it twice.</summary>
    /// <param name="line">To write it in; what it held is lost.</param>
    /// <param name="room">The room's number.</param>
    /// <param name="message">The message.</param>
    public static string LineOf(StringBuilder line, long room, IndexedMessage message)
    {
        if (message.Text is null) return "";
        Append(line.Clear(), room, 's', message.Sender.Value);
        if (message.HasAttachments) Append(line.Append(' '), room, 'a', Attachments);
        foreach (var term in Analyzer.TermsOf(message.Text))
        {
            var end = line.Length;
            Append(line.Append(' '), room, 't', term);
            if (line.Length <= MostCharacters) continue;
            line.Length = end;
            break;
        }
        return line.ToString();
    }

    public static Token Of(long room, SearchTerm term) => new(Write(room, 't', term.Text), term.IsPrefix);

    public static Token OfSender(long room, UserId sender) => new(Write(room, 's', sender.Value), IsPrefix: false);

    /// <summary>What messages with attachments have.</summary>
    public static Token OfAttachments(long room) => new(Write(room, 'a', Attachments), IsPrefix: false);

    private static string Write(long room, char kind, string text) => Append(new StringBuilder(), room, kind, text).ToString();

    private static StringBuilder Append(StringBuilder to, long room, char kind, string text)
    {
        to.Append(CultureInfo.InvariantCulture, $"{room}{kind}_");
        Span<char> encoded = stackalloc char[MaxEncoded];
        var length = 0;
        foreach (var c in text)
        {
            var isPlain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
            if (length + (isPlain ? 1 : 5) > MaxEncoded) break;
            encoded[length++] = isPlain ? c : '_';
            if (isPlain) continue;
            ((int)c).TryFormat(encoded[length..], out var digits, "x4", CultureInfo.InvariantCulture);
            length += digits;
        }
        return to.Append(encoded[..length]);
    }
}
