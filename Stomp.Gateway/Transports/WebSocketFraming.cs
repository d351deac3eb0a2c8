using System.Buffers.Binary;
using System.Numerics;

namespace Stomp.Gateway.Transports;

/// <summary>RFC 6455 section 5.2. Opcodes from <see cref="Close"/> on are those of control frames.</summary>
internal enum WebSocketOpcode
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

/// <summary>What stands in front of a client's frame.</summary>
/// <param name="Opcode">The kind of frame.</param>
/// <param name="IsFinal">Whether it is the last frame of its message.</param>
/// <param name="PayloadLength">Octets that follow.</param>
/// <param name="MaskingKey">The key, its first octet in the lowest eight bits.</param>
/// <param name="IsDeflated">Whether it is the first frame of a message that is compressed (RFC 7692 section 6).</param>
internal readonly record struct WebSocketHeader(WebSocketOpcode Opcode, bool IsFinal, long PayloadLength, uint MaskingKey, bool IsDeflated)
{
    public bool IsControl => Opcode >= WebSocketOpcode.Close;
}

/// <summary>The octets of RFC 6455 section 5, as a server reads and writes them; it keeps no state.</summary>
internal static class WebSocketFraming
{
    /// <summary>The longest header of a client: two octets, eight of length, four of key.</summary>
    public const int MaxClientHeaderLength = 14;

    /// <summary>The longest header of ours, which has no key.</summary>
    public const int MaxServerHeaderLength = 10;

    /// <summary>RFC 6455 section 5.5.</summary>
    public const int MaxControlPayload = 125;

    private const byte Final = 0x80;
    private const byte ReservedBits = 0x70;
    private const byte Deflated = 0x40;
    private const byte Masked = 0x80;
    private const int SixteenBits = 126;
    private const int SixtyFourBits = 127;

    /// <summary>Reads a header off the front, or says "not yet" when some of it is missing.</summary>
    /// <param name="octets">What has come.</param>
    /// <param name="deflateAgreed">Whether a message may be compressed.</param>
    /// <param name="header">What was read.</param>
    /// <param name="length">How many octets it took.</param>
    /// <exception cref="TransportViolationException">RFC 6455 forbids such a frame, or an extension that was not agreed would be needed to read it.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> octets, bool deflateAgreed, out WebSocketHeader header, out int length)
    {
        header = default;
        length = 0;
        if (octets.Length < 2)
            return false;

        var isFinal = (octets[0] & Final) != 0;
        var opcode = (WebSocketOpcode)(octets[0] & 0x0F);
        var shortLength = octets[1] & 0x7F;
        var isDeflated = (octets[0] & ReservedBits) == Deflated && deflateAgreed && opcode is WebSocketOpcode.Text or WebSocketOpcode.Binary;
        if ((octets[0] & ReservedBits) != 0 && !isDeflated)
            throw Violation("reserved bit set");
        if (!Enum.IsDefined(opcode))
            throw Violation("unknown opcode");
        if ((octets[1] & Masked) == 0)
            throw Violation("frame is not masked");
        if (opcode >= WebSocketOpcode.Close && (!isFinal || shortLength > MaxControlPayload))
            throw Violation("control frame is too long or in pieces");

        var keyAt = shortLength switch { SixteenBits => 4, SixtyFourBits => 10, _ => 2 };
        if (octets.Length < keyAt + sizeof(uint))
            return false;

        var payload = shortLength switch
        {
            SixteenBits => BinaryPrimitives.ReadUInt16BigEndian(octets[2..]),
            SixtyFourBits => BinaryPrimitives.ReadInt64BigEndian(octets[2..]),
            _ => shortLength,
        };
        if (payload < 0 || (shortLength == SixteenBits && payload < SixteenBits) || (shortLength == SixtyFourBits && payload <= ushort.MaxValue))
            throw Violation("wrong frame length");

        length = keyAt + sizeof(uint);
        header = new WebSocketHeader(opcode, isFinal, payload, BinaryPrimitives.ReadUInt32LittleEndian(octets[keyAt..]), isDeflated);
        return true;
    }

    /// <summary>Writes the header of a whole message that a server sends, and returns its length.</summary>
    public static int WriteHeader(Span<byte> destination, WebSocketOpcode opcode, int payloadLength, bool isDeflated = false)
    {
        destination[0] = (byte)(Final | (isDeflated ? Deflated : 0) | (int)opcode);
        switch (payloadLength)
        {
            case < SixteenBits:
                destination[1] = (byte)payloadLength;
                return 2;
            case <= ushort.MaxValue:
                destination[1] = SixteenBits;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                return 4;
            default:
                destination[1] = SixtyFourBits;
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
                return 10;
        }
    }

    /// <summary>Undoes the mask of RFC 6455 section 5.3 and returns the key as the octet behind <paramref name="source"/> needs it.</summary>
    public static uint Unmask(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        var at = 0;
        if (BitConverter.IsLittleEndian && source.Length >= Vector<byte>.Count)
        {
            var mask = Vector.AsVectorByte(new Vector<uint>(key));
            for (; at <= source.Length - Vector<byte>.Count; at += Vector<byte>.Count)
                (new Vector<byte>(source[at..]) ^ mask).CopyTo(destination[at..]);
        }
        for (; at < source.Length; at++)
            destination[at] = (byte)(source[at] ^ (key >> (8 * (at & 3))));
        return BitOperations.RotateRight(key, 8 * (source.Length & 3));
    }

    public static TransportViolationException Violation(string what) => new($"WebSocket: {what}", CloseReason.ProtocolError);
}
