using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Transports.SockJs;

namespace Chat.Tests.Fuzz;

/// <summary>What holds for the reader of SockJS messages whatever comes in.</summary>
internal sealed class SockJsFuzzTarget : IFuzzTarget
{
    private static readonly string[] Strings =
    [
        "", "a", @"SEND\ndestination:/a\n\nbody\u0000", "안녕 😀", @"\ud83d\ude00", @"\uD83D", @"\ude00", @"\u0000", @"\""", @"\\", @"\/", @"\b\f\n\r\t", @"\q", @"\u12", @"\u 123", "\t", "\u007f", "\u2028",
    ];

    private static readonly string[] Others = ["0", "-1e5", "true", "null", "{}", """{"a":["b"]}""", "[]", "[[\"x\"]]", "01", "nul", "", ","];

    public byte[][] Corpus { get; } = FuzzCorpus.Read("SockJs");

    public byte[] Generate(Dice dice)
    {
        if (dice.OneIn(30)) return Encoding.UTF8.GetBytes(new string('[', dice.Few(200)) + new string(']', dice.Few(200)));
        var items = Enumerable.Range(0, dice.Few(6)).Select(_ => dice.OneIn(20) ? dice.Pick(Others) : $"\"{string.Concat(Enumerable.Range(0, dice.Few(5)).Select(_ => dice.Pick(Strings)))}\"");
        var json = dice.OneIn(8) ? items.FirstOrDefault() ?? "" : $"[{string.Join(dice.Pick(",", " , ", ",,"), items)}]";
        return Encoding.UTF8.GetBytes(dice.Pick("", "", "", " ", "\ufeff", "\n") + json + dice.Pick("", "", "", " ", "\r\n", "x", "\0"));
    }

    public string Check(byte[] octets, Dice dice)
    {
        var allowBareString = dice.OneIn(2);
        var messages = new ArrayBufferWriter<byte>(Math.Max(octets.Length, 1));
        var payload = SockJsMessages.Read(octets, allowBareString, messages);

        if (messages.WrittenCount > octets.Length) throw new InvalidOperationException($"{messages.WrittenCount} octets came of {octets.Length}.");
        var (expected, text) = Expected(octets, allowBareString);
        if (payload != expected) throw new InvalidOperationException($"{payload} where {expected} was expected.");
        if (text is not null && !Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(messages.WrittenSpan)) throw new InvalidOperationException($"{FuzzText.Of(messages.WrittenSpan)} where there was {text}");
        if (payload is SockJsPayload.Messages) CheckWrittenAgain(messages.WrittenSpan);
        return payload.ToString();
    }

    /// <summary>By the whole document; no text where JavaScript's strings go beyond Unicode's, or the octets are no UTF-8.</summary>
    private static (SockJsPayload Payload, string? Text) Expected(byte[] octets, bool allowBareString)
    {
        if (Encoding.Latin1.GetString(octets).Trim(' ', '\t', '\r', '\n').Length == 0) return (SockJsPayload.Missing, null);
        try
        {
            using var document = JsonDocument.Parse(octets);
            var root = document.RootElement;
            if (allowBareString && root.ValueKind is JsonValueKind.String) return (SockJsPayload.Messages, TextOf([root]));
            return root.ValueKind is JsonValueKind.Array && root.EnumerateArray().All(e => e.ValueKind is JsonValueKind.String)
                ? (SockJsPayload.Messages, TextOf(root.EnumerateArray()))
                : (SockJsPayload.Missing, null);
        }
        catch (JsonException)
        {
            return (SockJsPayload.Broken, null);
        }
    }

    private static string? TextOf(IEnumerable<JsonElement> strings)
    {
        try
        {
            return string.Concat(strings.Select(s => s.GetString()));
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Sent back as the server would send it, it comes in as it went out; octets that are no text become some.</summary>
    private static void CheckWrittenAgain(ReadOnlySpan<byte> messages)
    {
        var frame = new PooledBuffer();
        try
        {
            SockJsFrame.AddMessage(frame, new OutboundFrame(messages.ToArray(), default));
            SockJsFrame.EndMessages(frame);
            var again = new ArrayBufferWriter<byte>(Math.Max(messages.Length, 1));
            var payload = SockJsMessages.Read(frame.Span[1..], allowBareString: false, again);
            if (payload is not SockJsPayload.Messages) throw new InvalidOperationException($"{FuzzText.Of(frame.Span)} is {payload}.");
            if (Utf8.IsValid(messages) && !again.WrittenSpan.SequenceEqual(messages)) throw new InvalidOperationException($"{FuzzText.Of(again.WrittenSpan)} came of {FuzzText.Of(messages)}");
        }
        finally
        {
            frame.Clear();
        }
    }
}
