using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Chat.Tests.Transports;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Fuzz;

/// <summary>What a WebSocket client sends: messages in one frame or in many, control frames between them, each length in one of its ways, now and then a wrong one.</summary>
internal static class WebSocketGenerator
{
    public static byte[] Generate(Dice dice)
    {
        var octets = new ArrayBufferWriter<byte>(256);
        for (var messages = 1 + dice.Few(4); messages > 0; messages--)
        {
            var isText = dice.OneIn(2);
            var message = isText ? TextPayload(dice) : Payload(dice, dice.OneIn(200) ? 70_000 : 300);
            var isDeflated = dice.OneIn(4);
            if (isDeflated) message = Deflated(message, dice);
            WriteMessage(octets, dice, isText ? WebSocketOpcode.Text : WebSocketOpcode.Binary, isDeflated, message);
        }
        if (dice.OneIn(3)) WriteFrame(octets, dice, WebSocketOpcode.Close, isFinal: true, ClosePayload(dice));
        return octets.WrittenSpan.ToArray();
    }

    private static void WriteMessage(ArrayBufferWriter<byte> octets, Dice dice, WebSocketOpcode opcode, bool isDeflated, byte[] message)
    {
        var isFirst = true;
        for (var at = 0; isFirst || at < message.Length; isFirst = false)
        {
            for (var controls = dice.Few(2); controls > 0; controls--) WriteControl(octets, dice);
            var length = dice.OneIn(2) ? message.Length - at : dice.Next(message.Length - at + 1);
            var isFinal = at + length == message.Length;
            var isBegun = !isFirst && !dice.OneIn(40);
            WriteFrame(octets, dice, isBegun ? WebSocketOpcode.Continuation : opcode, isFinal, message[at..(at + length)], isDeflated && !isBegun);
            at += length;
            if (isFinal) return;
        }
    }

    /// <summary>As RFC 7692 section 7.2.1 has it; now and then as one stream to its end, which may be sent too.</summary>
    private static byte[] Deflated(byte[] message, Dice dice)
    {
        if (!dice.OneIn(8)) return ClientFrames.Deflate(message);
        using var deflated = new MemoryStream();
        using (var deflating = new DeflateStream(deflated, CompressionLevel.Fastest)) deflating.Write(message);
        return deflated.ToArray();
    }

    private static byte[] TextPayload(Dice dice)
    {
        var text = new StringBuilder();
        for (var parts = dice.Few(40); parts > 0; parts--) text.Append(dice.Pick("SEND\n", "a", "é", "한", "😀", "\0", "\ufeff", "the same again and again "));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void WriteControl(ArrayBufferWriter<byte> octets, Dice dice) =>
        WriteFrame(octets, dice, dice.Pick(WebSocketOpcode.Ping, WebSocketOpcode.Pong), isFinal: !dice.OneIn(50), Payload(dice, dice.OneIn(50) ? 130 : 125));

    private static void WriteFrame(ArrayBufferWriter<byte> octets, Dice dice, WebSocketOpcode opcode, bool isFinal, byte[] payload, bool isDeflated = false)
    {
        octets.Write([(byte)((isFinal ? 0x80 : 0) | (isDeflated ? 0x40 : 0) | (int)opcode)]);
        WriteLength(octets, dice, payload.Length);
        var key = dice.OneIn(4) ? new byte[4] : [dice.Octet(), dice.Octet(), dice.Octet(), dice.Octet()];
        octets.Write(key);
        for (var i = 0; i < payload.Length; i++) payload[i] ^= key[i % 4];
        octets.Write(payload);
    }

    private static void WriteLength(ArrayBufferWriter<byte> octets, Dice dice, long length)
    {
        var isWrong = dice.OneIn(60);
        if (isWrong) length = OctetMutator.EdgeNumber(dice);
        var kind = isWrong ? dice.Next(3) : length switch { < 126 => 0, <= ushort.MaxValue => 1, _ => 2 };
        Span<byte> long8 = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(long8, length);
        switch (kind)
        {
            case 0: octets.Write([(byte)(0x80 | (length % 126))]); break;
            case 1: octets.Write<byte>([0xFE, .. long8[6..]]); break;
            default: octets.Write<byte>([0xFF, .. long8]); break;
        }
    }

    private static byte[] Payload(Dice dice, int most)
    {
        var payload = new byte[dice.Few(most)];
        for (var i = 0; i < payload.Length; i++) payload[i] = (byte)i;
        return payload;
    }

    private static byte[] ClosePayload(Dice dice)
    {
        var code = dice.OneIn(3) ? dice.Next(5100) : dice.Pick(1000, 1001, 1002, 1003, 1007, 1009, 1014, 3000, 4999);
        byte[] payload = [(byte)(code >> 8), (byte)code, .. dice.Pick(""u8.ToArray(), "bye"u8.ToArray(), "안녕"u8.ToArray(), [0xFF])];
        return dice.OneIn(10) ? payload[..dice.Next(2)] : payload;
    }
}
