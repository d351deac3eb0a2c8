using System.Buffers.Binary;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>WebSocket frames as a client makes them.</summary>
internal static class ClientFrames
{
    public static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Text(string text, bool isFinal = true) => Frame(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(text), isFinal);

    public static byte[] Close(ushort code) => Frame(WebSocketOpcode.Close, [(byte)(code >> 8), (byte)code]);

    public static byte[] Frame(WebSocketOpcode opcode, byte[] payload, bool isFinal = true) =>
        [(byte)((isFinal ? 0x80 : 0) | (int)opcode), .. Length(payload.Length), .. Key, .. payload.Select((octet, at) => (byte)(octet ^ Key[at % 4]))];

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
