using System.Buffers.Binary;
using System.IO.Compression;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>WebSocket frames as a client makes them.</summary>
internal static class ClientFrames
{
    public static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Text(string text, bool isFinal = true) => Frame(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(text), isFinal);

    public static byte[] Close(ushort code) => Frame(WebSocketOpcode.Close, [(byte)(code >> 8), (byte)code]);

    /// <summary>A whole message, compressed as RFC 7692 section 7.2.1 says.</summary>
    public static byte[] Deflated(WebSocketOpcode opcode, byte[] message) => Frame(opcode, Deflate(message), reserved: 0x40);

    public static byte[] Deflated(string text) => Deflated(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Deflate(byte[] message)
    {
        var deflated = new MemoryStream();
        using var deflating = new DeflateStream(deflated, CompressionLevel.Optimal);
        deflating.Write(message);
        deflating.Flush();
        return message.Length == 0 ? [0] : deflated.ToArray()[..^4];
    }

    /// <summary>RFC 7692 section 7.2.2, by the usual means.</summary>
    public static byte[] Inflate(byte[] deflated)
    {
        var message = new MemoryStream();
        using var inflating = new DeflateStream(new MemoryStream([.. deflated, 0, 0, 0xFF, 0xFF]), CompressionMode.Decompress);
        inflating.CopyTo(message);
        return message.ToArray();
    }

    public static byte[] Frame(WebSocketOpcode opcode, byte[] payload, bool isFinal = true, int reserved = 0) =>
    [
        (byte)((isFinal ? 0x80 : 0) | reserved | (int)opcode),
        .. Length(payload.Length),
        .. Key,
        .. payload.Select((octet, at) => (byte)(octet ^ Key[at % 4])),
    ];

    private static byte[] Length(int length)
    {
        if (length < 126)
            return [(byte)(0x80 | length)];
        if (length <= ushort.MaxValue)
            return [0xFE, (byte)(length >> 8), (byte)length];
        var octets = new byte[9];
        octets[0] = 0xFF;
        BinaryPrimitives.WriteInt64BigEndian(octets.AsSpan(1), length);
        return octets;
    }
}
