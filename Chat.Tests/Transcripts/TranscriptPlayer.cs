using System.Text;
using Chat.Tests.Journeys;
using Chat.Tests.Transcripts.Channels;

namespace Chat.Tests.Transcripts;

/// <summary>Plays a transcript over one transport, and complains of the first line that does not come true.</summary>
internal sealed class TranscriptPlayer(Transcript transcript, Func<Task<IClientChannel>> open) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Dictionary<char, Client> _clients = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal) { ["unique"] = Guid.NewGuid().ToString("N")[..8] };

    public async Task PlayAsync()
    {
        foreach (var step in transcript.Steps)
        {
            try
            {
                await PlayAsync(step).WaitAsync(Patience);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{transcript.Name}.stomp line {step.Line}: {step.Client}{step.Kind} {step.Text}\n{e.GetType().Name}: {e.Message}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values) await client.Channel.DisposeAsync();
    }

    private async Task PlayAsync(Step step)
    {
        switch (step.Kind)
        {
            case '>':
                await _clients[step.Client].Channel.SendAsync(Transcript.Octets(Fill(step.Text)));
                break;
            case '<':
                Compare(Transcript.Octets(step.Text), await _clients[step.Client].ReadFrameAsync());
                break;
            default:
                await ActAsync(step.Client, step.Text.Split(' '));
                break;
        }
    }

    private async Task ActAsync(char name, string[] words)
    {
        switch (words)
        {
            case ["open"]:
                _clients[name] = new Client(await open());
                break;
            case ["connect", var version, .. var who]:
                var client = _clients[name] = new Client(await open());
                await client.Channel.SendAsync(Encoding.UTF8.GetBytes($"CONNECT\naccept-version:{version}\nhost:x\n{LogIn(who is [var user] ? user : "service")}\n\n\0"));
                Compare(Encoding.UTF8.GetBytes($"CONNECTED\nversion:{version}\nheart-beat:1000,1000\n\n\0"), await client.ReadFrameAsync());
                break;
            case ["closed", .. var code]:
                (await _clients[name].ReadEndAsync()).Should().BeEmpty("nothing more was to come");
                if (code is [var number] && _clients[name].Channel.CloseCode is { } told) $"{told}".Should().Be(number);
                break;
            case ["beat"]:
                await _clients[name].ReadBeatAsync();
                break;
            case ["cut"]:
                _clients[name].Channel.Cut();
                break;
            default:
                throw new FormatException($"A client cannot {string.Join(' ', words)}.");
        }
    }

    private static string LogIn(string who) => who switch
    {
        "service" => $"login:{TranscriptHost.ServiceLogin}\npasscode:{TranscriptHost.ServicePasscode}",
        _ => $"Authorization:Bearer {TestTokens.Issue(who)}",
    };

    private void Compare(byte[] expected, byte[] actual)
    {
        var (wanted, came) = (Lines(expected, out var wantedBody), Lines(actual, out var body));
        var told = $"{Encoding.UTF8.GetString(actual)}";
        Match(wanted[0], came[0]).Should().BeTrue("the command of {0} should be {1}", told, wanted[0]);
        foreach (var line in wanted.Skip(1))
        {
            if (line[0] == '-') came.Skip(1).Any(l => l.StartsWith($"{line[1..]}:", StringComparison.Ordinal)).Should().BeFalse("{0} should not have {1}", told, line[1..]);
            else came.Skip(1).Any(l => Match(line, l)).Should().BeTrue("{0} should have {1}", told, Fill(line));
        }
        Match(wantedBody, body).Should().BeTrue("{0} should have the body {1}", told, Fill(wantedBody));
    }

    private static string[] Lines(byte[] frame, out string body)
    {
        var text = Encoding.Latin1.GetString(frame);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        body = text[(end + 2)..].TrimEnd('\0');
        return text[..end].Split('\n');
    }

    /// <summary>Whether a text is what a pattern wants; a name that is new takes what stands in its place, if all the rest fits.</summary>
    private bool Match(string pattern, string text)
    {
        pattern = Fill(pattern);
        var start = pattern.IndexOf('{', StringComparison.Ordinal);
        var end = start < 0 ? -1 : pattern.IndexOf('}', start);
        var isName = end > start + 1 && pattern[(start + 1)..end].All(char.IsAsciiLetterOrDigit);
        if (!isName && pattern.EndsWith('*')) return text.StartsWith(pattern[..^1], StringComparison.Ordinal);
        if (!isName) return pattern == text;
        var (head, tail) = (pattern[..start], pattern[(end + 1)..]);
        if (text.Length < head.Length + tail.Length || !text.StartsWith(head, StringComparison.Ordinal) || !text.EndsWith(tail, StringComparison.Ordinal)) return false;
        _values[pattern[(start + 1)..end]] = text[head.Length..(text.Length - tail.Length)];
        return true;
    }

    private string Fill(string text) => _values.Aggregate(text, (filled, value) => filled.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));

    /// <summary>A client, and what it has read of the stream so far.</summary>
    private sealed class Client(IClientChannel channel)
    {
        private readonly List<byte> _unread = [];

        public IClientChannel Channel => channel;

        /// <summary>The next frame with its NUL; line ends in front of it are heart-beats.</summary>
        public async Task<byte[]> ReadFrameAsync()
        {
            while (true)
            {
                _unread.RemoveRange(0, _unread.TakeWhile(octet => octet == '\n').Count());
                if (LengthOfFirst() is { } length)
                {
                    byte[] frame = [.. _unread[..length]];
                    _unread.RemoveRange(0, length);
                    return frame;
                }
                _unread.AddRange(await channel.ReceiveAsync() ?? throw new EndOfStreamException($"The connection was closed, behind {Encoding.UTF8.GetString([.. _unread])}"));
            }
        }

        public async Task ReadBeatAsync()
        {
            _unread.Clear();
            (await channel.ReceiveAsync()).Should().Equal((byte)'\n');
        }

        /// <summary>All that comes until the end, without the line ends.</summary>
        public async Task<string> ReadEndAsync()
        {
            try
            {
                while (await channel.ReceiveAsync() is { } octets) _unread.AddRange(octets);
            }
            catch (Exception e) when (e is IOException or System.Net.WebSockets.WebSocketException or OperationCanceledException)
            {
                _unread.AddRange(Encoding.UTF8.GetBytes($"({e.Message})"));
            }
            return Encoding.UTF8.GetString([.. _unread]).Trim('\n');
        }

        private int? LengthOfFirst()
        {
            var octets = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unread);
            var head = octets.IndexOf("\n\n"u8);
            if (head < 0) return null;
            var marker = octets[..head].IndexOf("\ncontent-length:"u8);
            if (marker >= 0)
            {
                var digits = octets[(marker + 16)..head];
                var end = digits.IndexOf((byte)'\n');
                var length = head + 2 + int.Parse(Encoding.ASCII.GetString(end < 0 ? digits : digits[..end]), System.Globalization.CultureInfo.InvariantCulture) + 1;
                return octets.Length < length ? null : length;
            }
            var nul = octets[head..].IndexOf((byte)0);
            return nul < 0 ? null : head + nul + 1;
        }
    }
}
