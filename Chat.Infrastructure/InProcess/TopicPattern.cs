namespace Chat.Infrastructure.InProcess;

/// <summary>A binding key of a topic exchange: words between dots, <c>*</c> for one of them, <c>#</c> for any number (AMQP 0-9-1, section 3.1.3.3).</summary>
internal sealed class TopicPattern(string key)
{
    private readonly string[] _words = key.Split('.');

    public bool Matches(string routingKey) => Matches(_words, routingKey.Split('.'));

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> words)
    {
        // Where the last # stands and how many words it has taken so far: to take one more is all there is to try when something behind it does not fit.
        var (hash, taken) = (-1, 0);
        var (p, w) = (0, 0);
        while (w < words.Length)
        {
            if (p < pattern.Length && pattern[p] == "#")
            {
                (hash, taken) = (p++, w);
            }
            else if (p < pattern.Length && (pattern[p] == "*" || pattern[p] == words[w]))
            {
                p++;
                w++;
            }
            else if (hash >= 0)
            {
                (p, w) = (hash + 1, ++taken);
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == "#") p++;
        return p == pattern.Length;
    }
}
