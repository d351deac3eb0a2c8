using Microsoft.Extensions.Primitives;

namespace Stomp.Gateway.Transports;

/// <summary>
/// What is agreed about permessage-deflate (RFC 7692 section 7.1): no side takes its context over from one message to the next, so that no
/// connection has to keep a compressor. A client that could not do without is told so by the answer, and may close.
/// </summary>
internal static class PermessageDeflate
{
    private const string Name = "permessage-deflate";

    /// <summary>zlib is always given the largest window, and .NET does not let us choose another.</summary>
    private const string LargestWindow = "15";

    /// <summary>The answer to the first offer that can be honoured; null when none can, and then nothing is compressed.</summary>
    public static string? Answer(StringValues offers)
    {
        foreach (var line in offers)
        {
            foreach (var offer in Split(line ?? "", ','))
            {
                if (AnswerOne([.. Split(offer, ';')]) is { } answer)
                    return answer;
            }
        }
        return null;
    }

    /// <summary>An offer with a parameter that is unknown, has a wrong value or comes twice is to be declined (section 7.1).</summary>
    private static string? AnswerOne(string[] offer)
    {
        if (offer[0] != Name)
            return null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in offer[1..])
        {
            var (key, value) = Parse(parameter);
            var isHonoured = key switch
            {
                "server_no_context_takeover" or "client_no_context_takeover" => value is null,
                // What the client can do; any window of its own will do for us.
                "client_max_window_bits" => value is null or "8" or "9" or "10" or "11" or "12" or "13" or "14" or LargestWindow,
                "server_max_window_bits" => value is LargestWindow,
                _ => false,
            };
            if (!isHonoured || !seen.Add(key))
                return null;
        }
        // Whoever asks for a window must be told of one (section 7.1.2.1).
        var window = seen.Contains("server_max_window_bits") ? $"; server_max_window_bits={LargestWindow}" : "";
        return $"{Name}; server_no_context_takeover; client_no_context_takeover{window}";
    }

    private static (string Key, string? Value) Parse(string parameter)
    {
        var equals = parameter.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return (parameter, null);
        var value = parameter[(equals + 1)..].Trim();
        return (parameter[..equals].Trim(), value is ['"', .., '"'] ? value[1..^1] : value);
    }

    /// <summary>Cuts at separators that do not stand between quotes (RFC 6455 section 9.1).</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var isQuoted = false;
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
                isQuoted = !isQuoted;
            else if (text[at] == separator && !isQuoted)
            {
                yield return text[start..at].Trim();
                start = at + 1;
            }
        }
        yield return text[start..].Trim();
    }
}
