using System.Buffers;
using System.Globalization;
using System.Text;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Fuzz;

/// <summary>
/// Conversations of one to five client frames, most of them good, with everything in them that the grammar leaves to the client: line ends, escapes, blanks,
/// repeated headers, bodies with and without a length. Some lengths are wrong.
/// </summary>
internal static class FrameGenerator
{
    private static readonly string[] Commands = [.. Enum.GetNames<StompCommand>().Select(name => name.ToUpperInvariant())];

    private static readonly string[] Names =
    [
        "destination", "id", "receipt", "transaction", "ack", "accept-version", "host", "login", "passcode", "heart-beat", "Authorization", "content-type", "since",
        "message-id", "subscription", "selector", "client-message-id", "Content-Length", "x", "한", @"k\cey", @"a\\b", @"c\nontent-length",
    ];

    private static readonly string[] Values =
    [
        "", " ", "  two blanks", "0", "a", "/app/rooms/42/messages", "/topic/rooms.42", "1.0,1.1,1.2", "1.2", "1.1", "1.0", "10000,10000", "client-individual", "Bearer a.b.c",
        "안녕 😀", "a:b:c", @"a\cb", @"\\n", @"line\nend", @"return\r", "\t", "\u007f", "\u0085", "\ufeff",
    ];

    public static byte[] Generate(Dice dice)
    {
        var octets = new ArrayBufferWriter<byte>(256);
        if (dice.OneIn(2)) WriteFrame(octets, dice, dice.Pick("CONNECT", "STOMP"), mostHeaders: 6);
        for (var frames = 1 + dice.Few(4); frames > 0; frames--)
            WriteFrame(octets, dice, dice.OneIn(3) ? "SEND" : dice.Pick(Commands), dice.OneIn(40) ? 80 : 8);
        return octets.WrittenSpan.ToArray();
    }

    private static void WriteFrame(ArrayBufferWriter<byte> octets, Dice dice, string command, int mostHeaders)
    {
        for (var beats = dice.Few(3); beats > 0; beats--) octets.Write(dice.OneIn(4) ? "\r\n"u8 : "\n"u8);
        var lineEnd = dice.OneIn(4) ? "\r\n" : "\n";
        Write(octets, command + lineEnd);
        for (var headers = dice.Few(mostHeaders); headers > 0; headers--) Write(octets, Header(dice) + (dice.OneIn(20) ? "\n" : lineEnd));
        var body = Body(dice);
        // Behind other headers, which may be a content-length too: the first counts.
        if (dice.OneIn(2)) Write(octets, $"content-length:{Length(body.Length, dice)}{lineEnd}");
        Write(octets, dice.OneIn(30) ? "\r\n" : lineEnd);
        octets.Write(body);
        octets.Write("\0"u8);
    }

    private static string Header(Dice dice)
    {
        var name = dice.Pick(Names);
        var value = dice.OneIn(10) ? new string('v', dice.Few(9_000)) : dice.Pick(Values);
        return name switch
        {
            "accept-version" => $"{name}:{dice.Pick("1.0", "1.1", "1.2", "1.0,1.1", "1.1,1.2", "1.2,2.0", value)}",
            "x" when dice.OneIn(20) => $"content-length:{Number(dice)}",
            _ => $"{name}:{value}",
        };
    }

    private static byte[] Body(Dice dice)
    {
        if (dice.OneIn(2)) return [];
        var body = new byte[dice.Few(dice.OneIn(100) ? 70_000 : 200)];
        for (var i = 0; i < body.Length; i++) body[i] = dice.OneIn(32) ? dice.Pick("\0\n\r\\:\u00e9"u8) : (byte)('a' + (i % 26));
        return body;
    }

    private static string Length(int right, Dice dice) => dice.Next(12) switch
    {
        0 => Number(dice),
        1 => Text(right + dice.Between(-2, 2)),
        2 => dice.Pick("", "+1", "-0", "007", "1 ", "0x1", "1e1", "1,0", "１", "99999999999999999999", "-99999999999999999999"),
        _ => Text(right),
    };

    private static string Number(Dice dice) => Text(OctetMutator.EdgeNumber(dice));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Write(ArrayBufferWriter<byte> octets, string text) => Encoding.UTF8.GetBytes(text, octets);
}
