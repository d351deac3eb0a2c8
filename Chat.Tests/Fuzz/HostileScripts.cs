using System.Text;

namespace Chat.Tests.Fuzz;

/// <summary>What hostile clients say in STOMP once a transport lets them. Each of the pieces is one message of the transport.</summary>
internal sealed class HostileScripts(IReadOnlyList<string> tokens, string room)
{
    private const string Nothing = "nothing";
    private const string HalfAFrame = "half a frame";

    private readonly SockJsFuzzTarget _json = new();

    /// <summary>The name of what was chosen, and its messages.</summary>
    public (string Name, IEnumerable<byte[]> Messages) Next(Dice dice) => dice.Next(14) switch
    {
        0 => (Nothing, []),
        1 => ("garbage", [Garbage(dice)]),
        2 => (HalfAFrame, [Octets("CONNECT\naccept-version:1.2\nho")]),
        3 => ("spoilt frames", [OctetMutator.Mutate(FrameGenerator.Generate(dice), dice)]),
        4 => ("CONNECT, then spoilt frames", [Connect(dice), OctetMutator.Mutate(FrameGenerator.Generate(dice), dice)]),
        5 => ("CONNECT, then garbage", [Connect(dice), Garbage(dice)]),
        6 => ("a bad CONNECT", [OctetMutator.Mutate(Connect(dice), dice)]),
        7 => ("many SUBSCRIBEs", [Connect(dice), .. Subscribes(dice, dice.Few(300))]),
        8 => ("ACKs of nothing", [Connect(dice), .. Acks(dice)]),
        9 => ("transactions left open", [Connect(dice), .. Transactions(dice)]),
        10 => ("huge headers", [Connect(dice), Octets($"SEND\ndestination:/app/rooms/{room}/messages\nx:{new string('x', dice.Next(20_000))}\n\n\0")]),
        11 => ("a flood of messages", [Connect(dice), .. Enumerable.Repeat(Octets($"SEND\ndestination:/app/rooms/{room}/messages\nreceipt:r\n\n{{\"text\":\"{new string('x', dice.Few(7_000))}\"}}\0"), 1 + dice.Few(500))]),
        12 => ("a flood of heart-beats", [dice.OneIn(2) ? Connect(dice) : [], .. Enumerable.Repeat(Octets(new string('\n', 4_000)), 1 + dice.Few(100))]),
        _ => ("wrong JSON", [Connect(dice), Errors, .. WrongJson(dice)]),
    };

    /// <summary>Whether a server waits for a CONNECT and no longer.</summary>
    public static bool NeverLogsIn(string name) => name is Nothing or HalfAFrame;

    private static byte[] Errors { get; } = Octets("SUBSCRIBE\nid:errors\ndestination:/user/queue/errors\n\n\0");

    private byte[] Connect(Dice dice) => Octets(
        $"{dice.Pick("CONNECT", "STOMP")}\naccept-version:{dice.Pick("1.0", "1.1", "1.2", "1.0,1.1,1.2")}\nheart-beat:{dice.Pick("0,0", "1000,1000", "1,1")}\nAuthorization:Bearer {tokens[dice.Next(tokens.Count)]}\n\n\0");

    private IEnumerable<byte[]> Subscribes(Dice dice, int count) => Enumerable.Range(0, count).Select(number => Octets(
        $"SUBSCRIBE\nid:{(dice.OneIn(50) ? 0 : number)}\nack:{dice.Pick("auto", "auto", "client", "client-individual", "never")}\ndestination:{Destination(dice)}\n\n\0"));

    private string Destination(Dice dice) => dice.Pick(
        $"/topic/rooms/{room}", $"/app/rooms/{room}", "/app/rooms", "/user/queue/errors", "/user/queue/events", "/user/queue/rooms", "/topic/rooms/../x", "/topic/hostile",
        "/queue/hostile", "/temp-queue/x", "/exchange/amq.topic/#", "/", "", "topic", "/topic/rooms/" + new string('r', 1_000));

    private static IEnumerable<byte[]> Acks(Dice dice) => Enumerable.Range(0, 1 + dice.Few(20)).Select(number => Octets(
        $"{dice.Pick("ACK", "NACK", "COMMIT", "ABORT", "UNSUBSCRIBE")}\nid:{number}\nmessage-id:{number}\nsubscription:0\ntransaction:{dice.Pick("t", "")}\n\n\0"));

    private IEnumerable<byte[]> Transactions(Dice dice)
    {
        for (var number = dice.Few(20); number >= 0; number--)
        {
            yield return Octets($"BEGIN\ntransaction:t{number}\n\n\0");
            for (var sends = dice.Few(20); sends > 0; sends--)
                yield return Octets($"SEND\ntransaction:t{number}\ndestination:{dice.Pick($"/app/rooms/{room}/messages", "/topic/hostile")}\n\n{new string('x', dice.Few(20_000))}\0");
            if (dice.OneIn(8)) yield return Octets($"{dice.Pick("COMMIT", "ABORT")}\ntransaction:t{number}\n\n\0");
        }
    }

    private IEnumerable<byte[]> WrongJson(Dice dice)
    {
        for (var sends = 1 + dice.Few(10); sends > 0; sends--)
        {
            var destination = dice.Pick($"/app/rooms/{room}/messages", $"/app/rooms/{room}/read", "/app/session/refresh", "/app/rooms/x/messages", "/topic/hostile");
            var body = OctetMutator.Mutate(dice.OneIn(3) ? Octets("""{"clientMessageId":"c","type":"TEXT","text":"x","seq":18,"token":"a.b.c"}""") : _json.Generate(dice), dice);
            yield return [.. Octets($"SEND\ndestination:{destination}\ncontent-length:{body.Length}\nreceipt:r\n\n"), .. body, 0];
        }
        if (dice.OneIn(2)) yield return Octets("DISCONNECT\nreceipt:bye\n\n\0");
    }

    private static byte[] Garbage(Dice dice)
    {
        var octets = new byte[1 + dice.Few(20_000)];
        for (var i = 0; i < octets.Length; i++) octets[i] = dice.Octet();
        return octets;
    }

    private static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);
}
