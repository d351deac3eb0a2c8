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

    public static Token Of(long room, SearchTerm term) => new(Write(room, 't', term.Text), term.IsPrefix);

    public static Token OfSender(long room, UserId sender) => new(Write(room, 's', sender.Value), IsPrefix: false);

    /// <summary>What messages with attachments have.</summary>
    public static Token OfAttachments(long room) => new(Write(room, 'a', "att"), IsPrefix: false);

    private static string Write(long room, char kind, string text)
    {
        var token = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{room}{kind}_");
        var most = token.Length + MaxEncoded;
        foreach (var c in text)
        {
            var isPlain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
            if (token.Length + (isPlain ? 1 : 5) > most) break;
            if (isPlain) token.Append(c);
            else token.Append(CultureInfo.InvariantCulture, $"_{(int)c:x4}");
        }
        return token.ToString();
    }
}
