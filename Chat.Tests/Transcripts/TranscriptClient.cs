using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using Chat.Tests.Transcripts.Channels;

namespace Chat.Tests.Transcripts;

/// <summary>A client of a transcript, and what it has read of the stream so far.</summary>
internal sealed class TranscriptClient(IClientChannel channel)
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

    /// <summary>Waits for a heart-beat; one that has come behind it by now is passed over with it.</summary>
    public async Task ReadBeatAsync()
    {
        Encoding.UTF8.GetString([.. _unread]).Trim('\n').Should().BeEmpty("a heart-beat was to come next");
        _unread.Clear();
        (await channel.ReceiveAsync()).Should().NotBeNullOrEmpty().And.OnlyContain(octet => octet == '\n');
    }

    /// <summary>All that comes until the end, without the line ends.</summary>
    public async Task<string> ReadEndAsync()
    {
        try
        {
            while (await channel.ReceiveAsync() is { } octets) _unread.AddRange(octets);
        }
        catch (Exception e) when (e is IOException or WebSocketException or OperationCanceledException)
        {
            _unread.AddRange(Encoding.UTF8.GetBytes($"({e.Message})"));
        }
        return Encoding.UTF8.GetString([.. _unread]).Trim('\n');
    }

    private int? LengthOfFirst()
    {
        var octets = CollectionsMarshal.AsSpan(_unread);
        var head = octets.IndexOf("\n\n"u8);
        if (head < 0) return null;
        var marker = octets[..head].IndexOf("\ncontent-length:"u8);
        if (marker >= 0)
        {
            var digits = octets[(marker + 16)..head];
            var end = digits.IndexOf((byte)'\n');
            var length = head + 2 + int.Parse(Encoding.ASCII.GetString(end < 0 ? digits : digits[..end]), CultureInfo.InvariantCulture) + 1;
            return octets.Length < length ? null : length;
        }
        var nul = octets[head..].IndexOf((byte)0);
        return nul < 0 ? null : head + nul + 1;
    }
}
