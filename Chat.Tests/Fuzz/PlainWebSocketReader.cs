using System.Globalization;
using System.Text.Unicode;

namespace Chat.Tests.Fuzz;

/// <summary>RFC 6455 section 5 once more, in the plainest way and from the whole of the octets. The gateway's decoder has to come to the same.</summary>
internal static class PlainWebSocketReader
{
    public static WebSocketReading Read(byte[] octets)
    {
        var steps = new List<string>();
        var data = new List<byte>();
        var inMessage = false;
        var at = 0;

        while (octets.Length - at >= 2)
        {
            var (isFinal, opcode, size) = ((octets[at] & 0x80) != 0, octets[at] & 0x0F, octets[at + 1] & 0x7F);
            if ((octets[at] & 0x70) != 0) return Broken("reserved bit set");
            if (opcode is (> 2 and < 8) or > 10) return Broken("unknown opcode");
            if ((octets[at + 1] & 0x80) == 0) return Broken("frame is not masked");
            if (opcode >= 8 && (!isFinal || size > 125)) return Broken("control frame is too long or in pieces");

            var sizeOctets = size switch { 126 => 2, 127 => 8, _ => 0 };
            if (octets.Length - at < 2 + sizeOctets + 4) return Unfinished();
            var length = sizeOctets == 0 ? (ulong)size : ulong.Parse(Convert.ToHexString(octets, at + 2, sizeOctets), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var shortest = sizeOctets switch { 2 => 126UL, 8 => 65_536UL, _ => 0UL };
            if (length < shortest || length > long.MaxValue) return Broken("wrong frame length");
            if (opcode < 8 && inMessage != (opcode == 0)) return Broken("fragment out of order");

            var key = octets.AsSpan(at + 2 + sizeOctets, 4);
            at += 2 + sizeOctets + 4;
            var there = (int)Math.Min(length, (ulong)(octets.Length - at));
            var payload = new byte[there];
            for (var i = 0; i < there; i++) payload[i] = (byte)(octets[at + i] ^ key[i % 4]);
            if (opcode < 8)
            {
                inMessage = true;
                data.AddRange(payload);
            }
            at += there;
            if ((ulong)there < length) return Unfinished();

            if (opcode == 8)
            {
                if (WrongClose(payload) is { } wrong) return Broken(wrong);
                steps.Add($"Close {Convert.ToHexString(payload)}");
                return new WebSocketReading(steps, [.. data], Violation: null, IsClosed: true, IsBetweenMessages: false);
            }
            if (opcode == 9) steps.Add($"Ping {Convert.ToHexString(payload)}");
            if (opcode >= 8 || !isFinal) continue;
            steps.Add($"EndOfMessage {data.Count}");
            inMessage = false;
        }
        return new WebSocketReading(steps, [.. data], Violation: null, IsClosed: false, IsBetweenMessages: !inMessage && at == octets.Length);

        WebSocketReading Unfinished() => new(steps, [.. data], Violation: null, IsClosed: false, IsBetweenMessages: false);

        WebSocketReading Broken(string what) => new(steps, [.. data], $"WebSocket: {what}", IsClosed: false, IsBetweenMessages: false);
    }

    /// <summary>Section 7.4: which codes may be sent.</summary>
    private static string? WrongClose(byte[] payload)
    {
        if (payload.Length == 0) return null;
        var code = payload.Length == 1 ? 0 : (payload[0] << 8) | payload[1];
        if (code is < 1000 or 1004 or 1005 or 1006 or (> 1014 and < 3000) or > 4999) return "wrong close code";
        return Utf8.IsValid(payload.AsSpan(2)) ? null : "close text is not UTF-8";
    }
}
