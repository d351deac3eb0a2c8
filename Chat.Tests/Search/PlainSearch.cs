using System.Text;

namespace Chat.Tests.Search;

/// <summary>
/// What has to be found, told in the plainest way and without any of the program's own code: each part of the query between blanks stands in the text; where it begins with
/// an English letter or a digit, at the beginning of a word. It knows no more of Unicode than the made conversations need.
/// </summary>
internal static class PlainSearch
{
    public static bool IsFound(string query, string text)
    {
        var said = Plain(text);
        return Plain(query).Split(' ', StringSplitOptions.RemoveEmptyEntries).All(part => StandsIn(said, part));
    }

    private static bool StandsIn(string said, string part)
    {
        var words = WithoutSigns(part).Trim();
        if (words.Length == 0) return true;
        var text = $" {WithoutSigns(said)} ";
        for (var at = text.IndexOf(words, StringComparison.Ordinal); at >= 0; at = text.IndexOf(words, at + 1, StringComparison.Ordinal))
        {
            if (!char.IsAsciiLetterOrDigit(words[0]) || !char.IsAsciiLetterOrDigit(text[at - 1])) return true;
        }
        return false;
    }

    private static string Plain(string text) => OfOneWidth(text).ToLowerInvariant().Replace("\uFE0F", "", StringComparison.Ordinal).Replace("\u200D", "", StringComparison.Ordinal);

    private static string OfOneWidth(string text)
    {
        const string Half = "ｰｯｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";
        const string Full = "ーッアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
        var same = new StringBuilder();
        foreach (var c in text)
        {
            if (c is 'ﾞ' or 'ﾟ') same[^1] += c == 'ﾞ' ? (char)1 : (char)2; // The letters with marks stand behind the one without.
            else if (Half.Contains(c, StringComparison.Ordinal)) same.Append(Full[Half.IndexOf(c, StringComparison.Ordinal)]);
            else same.Append(c is >= '！' and <= '～' ? (char)(c - '！' + '!') : c);
        }
        return same.ToString();
    }

    /// <summary>Each run of punctuation as one blank: one is as good as another.</summary>
    private static string WithoutSigns(string text)
    {
        var blanks = string.Concat(text.Select(c => ".,!?/:()%'-、。，".Contains(c, StringComparison.Ordinal) ? ' ' : c));
        while (blanks.Contains("  ", StringComparison.Ordinal)) blanks = blanks.Replace("  ", " ", StringComparison.Ordinal);
        return blanks;
    }
}
