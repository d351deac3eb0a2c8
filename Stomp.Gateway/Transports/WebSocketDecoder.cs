using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Stomp.Gateway.Transports;

/// <summary>Why <see cref="WebSocketDecoder.Decode"/> returned.</summary>
internal enum WebSocketStep
{
    /// <summary>All octets were taken.</summary>
    NeedMore,

    /// <summary>Much has come out of few octets, and there may be more: what there is should be passed on first.</summary>
    PassOn,

    /// <summary>The last octet of a message was taken.</summary>
    EndOfMessage,

    /// <summary>A ping; what it carried is in <see cref="WebSocketDecoder.ControlPayload"/>.</summary>
    Ping,

    /// <summary>The client's close frame; <see cref="WebSocketDecoder.ControlPayload"/> is empty or begins with a good close code.</summary>
    Close,
}

/// <summary>
/// Takes a client's octets as they come, cut anywhere, and gives the messages' own octets. Control frames may stand between the
/// fragments of a message. It keeps at most one header and one control frame; a message is passed on as it arrives, and has no limit here
/// unless it is compressed. Text messages are UTF-8 (RFC 6455 section 8.1); binary ones are whatever their reader takes.
/// </summary>
/// <param name="inflater">For compressed messages; null when they were not agreed on.</param>
internal sealed class WebSocketDecoder(MessageInflater? inflater = null)
{
    /// <summary>How much of a compressed message one step gives: as much as a read of the socket, so that whoever is slow to read is felt as soon.</summary>
    private const int InflatedAtOnce = 16 * 1024;

    private HeaderOctets _octets;
    private int _octetCount;
    private WebSocketHeader _header;
    private bool _inPayload;
    private bool _inMessage;
    private bool _isText;
    private bool _isDeflated;

    /// <summary>At the end of each text message it is as at first.</summary>
    private Utf8Check _text;

    private long _remaining;
    private uint _key;
    private byte[]? _control;
    private int _controlLength;

    /// <summary>The payload of the last control frame; valid until the next call of <see cref="Decode"/>.</summary>
    public ReadOnlySpan<byte> ControlPayload => _control.AsSpan(0, _controlLength);

    /// <summary>Goes on until <paramref name="source"/> is used up or something happened that the caller should know; then it is called again with what is left.</summary>
    /// <param name="source">What has come; shortened by what was taken.</param>
    /// <param name="destination">Where the messages' octets go; null to drop them.</param>
    /// <exception cref="TransportViolationException">The client broke RFC 6455; the rest of its octets means nothing.</exception>
    public WebSocketStep Decode(ref ReadOnlySpan<byte> source, IBufferWriter<byte>? destination)
    {
        while (true)
        {
            if (!_inPayload && !TryTakeHeader(ref source))
                return WebSocketStep.NeedMore;

            if (_header.IsControl)
                TakeControl(ref source);
            else if (_isDeflated && destination is not null)
            {
                if (!TryTakeDeflated(ref source, destination))
                    return WebSocketStep.PassOn;
            }
            else
                TakeData(ref source, destination);
            if (_remaining > 0)
                return WebSocketStep.NeedMore;

            _inPayload = false;
            switch (_header.Opcode)
            {
                case WebSocketOpcode.Ping:
                    return WebSocketStep.Ping;
                case WebSocketOpcode.Pong:
                    continue;
                case WebSocketOpcode.Close:
                    CheckClose(ControlPayload);
                    return WebSocketStep.Close;
            }
            if (_header.IsFinal)
            {
                _inMessage = false;
                if (_isText && destination is not null && !_text.IsBetweenCharacters)
                    throw NotUtf8();
                return WebSocketStep.EndOfMessage;
            }
        }
    }

    private bool TryTakeHeader(ref ReadOnlySpan<byte> source)
    {
        Span<byte> octets = _octets;
        var had = _octetCount;
        var taken = Math.Min(source.Length, octets.Length - had);
        source[..taken].CopyTo(octets[had..]);
        if (!WebSocketFraming.TryReadHeader(octets[..(had + taken)], inflater is not null, out _header, out var length))
        {
            _octetCount = had + taken;
            source = source[taken..];
            return false;
        }

        source = source[(length - had)..];
        _octetCount = 0;
        if (!_header.IsControl)
        {
            if (_inMessage != (_header.Opcode == WebSocketOpcode.Continuation))
                throw WebSocketFraming.Violation("fragment out of order");
            if (!_inMessage)
                BeginMessage();
        }
        _inPayload = true;
        _remaining = _header.PayloadLength;
        _key = _header.MaskingKey;
        _controlLength = 0;
        return true;
    }

    /// <summary>Only here it is said whether the message is text and compressed; its further frames say neither.</summary>
    private void BeginMessage()
    {
        _inMessage = true;
        _isText = _header.Opcode == WebSocketOpcode.Text;
        _isDeflated = _header.IsDeflated;
    }

    private void TakeControl(ref ReadOnlySpan<byte> source)
    {
        _control ??= new byte[WebSocketFraming.MaxControlPayload];
        var taken = (int)Math.Min(source.Length, _remaining);
        _key = WebSocketFraming.Unmask(source[..taken], _control.AsSpan(_controlLength), _key);
        _controlLength += taken;
        Taken(ref source, taken);
    }

    private void TakeData(ref ReadOnlySpan<byte> source, IBufferWriter<byte>? destination)
    {
        var taken = (int)Math.Min(source.Length, _remaining);
        if (taken == 0)
            return;
        if (destination is not null)
        {
            var octets = destination.GetSpan(taken)[..taken];
            _key = WebSocketFraming.Unmask(source[..taken], octets, _key);
            CheckText(octets);
            destination.Advance(taken);
        }
        Taken(ref source, taken);
    }

    /// <summary>False when there may be more to inflate than one step gives.</summary>
    private bool TryTakeDeflated(ref ReadOnlySpan<byte> source, IBufferWriter<byte> destination)
    {
        var taken = (int)Math.Min(source.Length, _remaining);
        _key = WebSocketFraming.Unmask(source[..taken], inflater!.Input.GetSpan(taken), _key);
        inflater.Input.Advance(taken);
        Taken(ref source, taken);
        if (_remaining == 0 && _header.IsFinal)
            inflater.EndInput();

        // Not into the destination at once: it would have to come up with memory, and keep it, where nothing is left to be inflated.
        Span<byte> octets = stackalloc byte[4096];
        for (var given = 0; given < InflatedAtOnce;)
        {
            var count = inflater.Read(octets);
            if (count == 0)
                return true;
            CheckText(octets[..count]);
            destination.Write(octets[..count]);
            given += count;
        }
        return false;
    }

    private void CheckText(ReadOnlySpan<byte> octets)
    {
        if (_isText && !_text.Accepts(octets))
            throw NotUtf8();
    }

    private static TransportViolationException NotUtf8() => new("WebSocket: text is not UTF-8", CloseReason.InvalidData);

    private void Taken(ref ReadOnlySpan<byte> source, int count)
    {
        _remaining -= count;
        source = source[count..];
    }

    /// <summary>RFC 6455 sections 5.5.1 and 7.4: no code at all, or one that may be sent, and a text in UTF-8.</summary>
    private static void CheckClose(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return;
        if (payload.Length == 1 || BinaryPrimitives.ReadUInt16BigEndian(payload) is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
            throw WebSocketFraming.Violation("wrong close code");
        if (!Utf8.IsValid(payload[2..]))
            throw WebSocketFraming.Violation("close text is not UTF-8");
    }

    [InlineArray(WebSocketFraming.MaxClientHeaderLength)]
    private struct HeaderOctets
    {
        private byte _first;
    }
}
