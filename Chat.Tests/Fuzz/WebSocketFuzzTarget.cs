using System.Buffers;
using System.Reflection;
using Chat.Tests.Support;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Fuzz;

/// <summary>What holds for the WebSocket decoder whatever comes in.</summary>
internal sealed class WebSocketFuzzTarget : IFuzzTarget
{
    private static readonly FieldInfo Control =
        typeof(WebSocketDecoder).GetField("_control", BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(nameof(WebSocketDecoder), "_control");

    public byte[][] Corpus { get; } = FuzzCorpus.Read("WebSocket");

    public byte[] Generate(Dice dice) => WebSocketGenerator.Generate(dice);

    public string Check(byte[] octets, Dice dice)
    {
        long? inflateLimit = dice.OneIn(3) ? dice.Pick(100L, 1_000_000L) : null;
        var plain = PlainWebSocketReader.Read(octets, inflateLimit);
        var whole = Decode([octets], inflateLimit);
        if (inflateLimit is null || plain is { Violation: null, IsBetweenMessages: true }) Same(plain, whole, "read by the decoder");
        // What is compressed may show to be broken before its message is whole, and what came of its beginning is passed on before; the plain reader looks later.
        else if (plain.Violation is null && whole.Violation is null) SameMessages(plain, whole);
        else if (whole.Violation is null) throw new InvalidOperationException($"It should be refused: {plain.Violation}");
        Same(whole, Decode(Pieces.Of(octets, dice), inflateLimit), "in pieces");
        if (inflateLimit is null && plain is { Violation: null, IsClosed: false, IsBetweenMessages: true }) CheckAllocations(octets);
        return $"{(inflateLimit is null ? "plain" : "compressed")}: {whole.Violation ?? (whole.IsClosed ? "closed" : plain.IsBetweenMessages ? "good" : "not whole")}";
    }

    private static WebSocketReading Decode(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long? inflateLimit)
    {
        using var inflater = inflateLimit is { } limit ? new MessageInflater(limit) : null;
        var decoder = new WebSocketDecoder(inflater);
        var data = new ArrayBufferWriter<byte>();
        var steps = new List<string>();
        try
        {
            foreach (var piece in pieces)
            {
                if (DecodePiece(decoder, piece.Span, data, steps)) return new WebSocketReading(steps, data.WrittenSpan.ToArray(), Violation: null, IsClosed: true);
                if (Control.GetValue(decoder) is byte[] { Length: > WebSocketFraming.MaxControlPayload }) throw new InvalidOperationException("It keeps more than a control frame.");
            }
            return new WebSocketReading(steps, data.WrittenSpan.ToArray(), Violation: null, IsClosed: false);
        }
        catch (TransportViolationException e)
        {
            // Which of these shows first in what zlib gives depends on how much it is given at once.
            var isOfContent = inflater is not null && (e.Reason == CloseReason.InvalidData || e.Reason == CloseReason.MessageTooBig);
            return new WebSocketReading(steps, data.WrittenSpan.ToArray(), isOfContent ? "broken, too large or no text" : e.Message, IsClosed: false);
        }
    }

    /// <summary>True when the client's close came.</summary>
    private static bool DecodePiece(WebSocketDecoder decoder, ReadOnlySpan<byte> rest, ArrayBufferWriter<byte> data, List<string> steps)
    {
        while (decoder.Decode(ref rest, data) is var step and not WebSocketStep.NeedMore)
        {
            // A message's end says how many octets there were up to it.
            if (step is WebSocketStep.EndOfMessage) steps.Add($"{step} {data.WrittenCount}");
            else if (step is not WebSocketStep.PassOn) steps.Add($"{step} {Convert.ToHexString(decoder.ControlPayload)}");
            if (step is WebSocketStep.Close) return true;
        }
        return rest.Length == 0 ? false : throw new InvalidOperationException($"{rest.Length} octets were left.");
    }

    private static void CheckAllocations(byte[] octets)
    {
        var decoder = new WebSocketDecoder();
        ReadAll(decoder, octets);
        Allocations.ShouldBeNone(() => ReadAll(decoder, octets));
    }

    private static void ReadAll(WebSocketDecoder decoder, ReadOnlySpan<byte> octets)
    {
        while (decoder.Decode(ref octets, destination: null) is not WebSocketStep.NeedMore)
        {
        }
    }

    /// <summary>The same up to the end of the last whole message.</summary>
    private static void SameMessages(WebSocketReading plain, WebSocketReading actual)
    {
        var isSame = plain.Steps.SequenceEqual(actual.Steps) && plain.IsClosed == actual.IsClosed && actual.Data.AsSpan().StartsWith(plain.Data);
        if (!isSame) throw new InvalidOperationException($"Its whole messages are not the same.\n{actual}\nwhere there was\n{plain}");
    }

    private static void Same(WebSocketReading expected, WebSocketReading actual, string how)
    {
        if (!expected.IsSameAs(actual)) throw new InvalidOperationException($"It is not the same {how}.\n{actual}\nwhere there was\n{expected}");
    }
}

/// <summary>What came of some octets.</summary>
/// <param name="Steps">Ends of messages, pings and the close, each with what it says.</param>
/// <param name="Data">The octets of all messages, the unfinished one's too.</param>
/// <param name="Violation">What ended it; null when nothing did.</param>
/// <param name="IsClosed">Whether the client's close came.</param>
/// <param name="IsBetweenMessages">Whether no message, and at the end no frame, is unfinished; only the plain reader can say.</param>
internal sealed record WebSocketReading(List<string> Steps, byte[] Data, string? Violation, bool IsClosed, bool IsBetweenMessages = false)
{
    /// <summary>
    /// A violation ends the connection. How much of the piece in which it was found is passed on before is left to the decoder: a text with a wrong octet
    /// in it may have been passed on up to that octet, or up to an earlier cut.
    /// </summary>
    public bool IsSameAs(WebSocketReading other) =>
        Steps.SequenceEqual(other.Steps) && Violation == other.Violation && IsClosed == other.IsClosed
        && (Violation is null ? Data.AsSpan().SequenceEqual(other.Data) : Begins(Data, other.Data) || Begins(other.Data, Data));

    public override string ToString() => $"{string.Join(", ", Steps)}; {FuzzText.Of(Data)}; {Violation}";

    private static bool Begins(byte[] longer, byte[] shorter) => longer.AsSpan().StartsWith(shorter);
}
