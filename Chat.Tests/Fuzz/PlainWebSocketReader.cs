using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace Chat.Tests.Fuzz;

/// <summary>
/// RFC 6455 section 5 and RFC 7692 section 7.2.2 once more, in the plainest way and from the whole of the octets. The gateway's decoder has to come to the same.
/// </summary>
internal sealed class PlainWebSocketReader
{
    private const string NotUtf8 = "text is not UTF-8";

    private readonly byte[] _octets;
    private readonly long? _inflateLimit;
    private readonly List<string> _steps = [];
    private readonly List<byte> _data = [];
    private readonly List<byte> _message = [];
    private bool _inMessage;
    private bool _isText;
    private bool _isDeflated;
    private int _at;

    private PlainWebSocketReader(byte[] octets, long? inflateLimit) => (_octets, _inflateLimit) = (octets, inflateLimit);

    /// <param name="octets">All that came.</param>
    /// <param name="inflateLimit">What a compressed message may become; null where compression was not agreed on.</param>
    public static WebSocketReading Read(byte[] octets, long? inflateLimit)
    {
        var reader = new PlainWebSocketReader(octets, inflateLimit);
        var (violation, isClosed) = reader.ReadAll();
        var isBetween = violation is null && !reader._inMessage && (isClosed || reader._at == octets.Length);
        return new WebSocketReading(reader._steps, [.. reader._data], violation is null ? null : $"WebSocket: {violation}", isClosed, isBetween);
    }

    private (string? Violation, bool IsClosed) ReadAll()
    {
        while (_octets.Length - _at >= 2)
        {
            var (first, opcode, size) = (_octets[_at], _octets[_at] & 0x0F, _octets[_at + 1] & 0x7F);
            var isFinal = (first & 0x80) != 0;
            var isCompressed = (first & 0x70) == 0x40 && opcode is 1 or 2 && _inflateLimit is not null;
            if ((first & 0x70) != 0 && !isCompressed) return ("reserved bit set", false);
            if (opcode is (> 2 and < 8) or > 10) return ("unknown opcode", false);
            if ((_octets[_at + 1] & 0x80) == 0) return ("frame is not masked", false);
            if (opcode >= 8 && (!isFinal || size > 125)) return ("control frame is too long or in pieces", false);

            var sizeOctets = size switch { 126 => 2, 127 => 8, _ => 0 };
            if (_octets.Length - _at < 2 + sizeOctets + 4) break;
            var length = sizeOctets == 0 ? (ulong)size : ulong.Parse(Convert.ToHexString(_octets, _at + 2, sizeOctets), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (length < (sizeOctets switch { 2 => 126UL, 8 => 65_536UL, _ => 0UL }) || length > long.MaxValue) return ("wrong frame length", false);
            if (opcode < 8 && _inMessage != (opcode == 0)) return ("fragment out of order", false);
            if (opcode is 1 or 2) (_inMessage, _isText, _isDeflated) = (true, opcode == 1, isCompressed);

            var payload = Unmask(2 + sizeOctets, length);
            var isWhole = (ulong)payload.Length == length;
            if (opcode < 8)
            {
                if (TakeData(payload, isFinal && isWhole) is { } violation) return (violation, false);
            }
            else if (isWhole && opcode == 9)
            {
                _steps.Add($"Ping {Convert.ToHexString(payload)}");
            }
            else if (isWhole && opcode == 8)
            {
                if (WrongClose(payload) is { } wrong) return (wrong, false);
                _steps.Add($"Close {Convert.ToHexString(payload)}");
                return (null, true);
            }
            // What is not whole is not behind us.
            if (!isWhole) _inMessage = true;
        }
        return (null, false);
    }

    /// <summary>As much of the payload as has come.</summary>
    private byte[] Unmask(int headerBeforeKey, ulong length)
    {
        var key = _octets.AsSpan(_at + headerBeforeKey, 4);
        _at += headerBeforeKey + 4;
        var payload = _octets.AsSpan(_at, (int)Math.Min(length, (ulong)(_octets.Length - _at))).ToArray();
        for (var i = 0; i < payload.Length; i++) payload[i] ^= key[i % 4];
        _at += payload.Length;
        return payload;
    }

    private string? TakeData(byte[] payload, bool isEnd)
    {
        _message.AddRange(payload);
        if (!_isDeflated) _data.AddRange(payload);
        if (!_isDeflated && _isText && !IsText(_message, isEnd)) return NotUtf8;
        if (!isEnd) return null;

        if (_isDeflated)
        {
            if (Inflate() is not { } inflated) return "broken compressed data, or too much of it";
            _data.AddRange(inflated);
            if (_isText && !IsText(inflated, isEnd)) return NotUtf8;
        }
        _steps.Add($"EndOfMessage {_data.Count}");
        _message.Clear();
        _inMessage = false;
        return null;
    }

    /// <summary>Up to its end the last character may be cut.</summary>
    private static bool IsText(List<byte> message, bool isEnd)
    {
        ReadOnlySpan<byte> rest = message.ToArray();
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out _, out var length);
            if (status != OperationStatus.Done) return status == OperationStatus.NeedMoreData && !isEnd;
            rest = rest[length..];
        }
        return true;
    }

    /// <summary>With the four octets that the client left out, and a final block behind them.</summary>
    private List<byte>? Inflate()
    {
        using var deflated = new EndlessStream([.. _message, 0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF]);
        using var inflating = new DeflateStream(deflated, CompressionMode.Decompress);
        var inflated = new List<byte>();
        try
        {
            while (inflating.ReadByte() is >= 0 and var octet) inflated.Add((byte)octet);
            return inflated.Count > _inflateLimit ? null : inflated;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Section 7.4: which codes may be sent.</summary>
    private static string? WrongClose(byte[] payload)
    {
        if (payload.Length == 0) return null;
        var code = payload.Length == 1 ? 0 : (payload[0] << 8) | payload[1];
        if (code is < 1000 or 1004 or 1005 or 1006 or (> 1014 and < 3000) or > 4999) return "wrong close code";
        return Utf8.IsValid(payload.AsSpan(2)) ? null : "close text is not UTF-8";
    }

    /// <summary>To need more than there is is an error, which DeflateStream does not always notice by itself.</summary>
    private sealed class EndlessStream(byte[] octets) : MemoryStream(octets)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is > 0 and var read ? read : throw new InvalidDataException("There is no more.");
    }
}
