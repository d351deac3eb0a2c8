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
        var plain = PlainWebSocketReader.Read(octets);
        Same(plain, Decode([octets]), "whole");
        Same(plain, Decode(Pieces.Of(octets, dice)), "in pieces");
        if (plain is { Violation: null, IsBetweenMessages: true, IsClosed: false }) CheckAllocations(octets);
        return plain.Violation ?? (plain.IsClosed ? "closed" : plain.IsBetweenMessages ? "good" : "not whole");
    }

    private static WebSocketReading Decode(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var decoder = new WebSocketDecoder();
        var data = new ArrayBufferWriter<byte>();
        var steps = new List<string>();
        var isClosed = false;
        try
        {
            foreach (var piece in pieces)
            {
                var rest = piece.Span;
                while (!isClosed && decoder.Decode(ref rest, data) is var step and not WebSocketStep.NeedMore)
                {
                    // A message's end says how many octets there were up to it.
                    steps.Add(step is WebSocketStep.EndOfMessage ? $"{step} {data.WrittenCount}" : $"{step} {Convert.ToHexString(decoder.ControlPayload)}");
                    isClosed = step is WebSocketStep.Close;
                }
                if (!isClosed && rest.Length > 0) throw new InvalidOperationException($"{rest.Length} octets were left.");
                if (Control.GetValue(decoder) is byte[] { Length: > WebSocketFraming.MaxControlPayload }) throw new InvalidOperationException("It keeps more than a control frame.");
            }
        }
        catch (TransportViolationException e) when (e.Reason == CloseReason.ProtocolError)
        {
            return new WebSocketReading(steps, data.WrittenSpan.ToArray(), e.Message, isClosed, IsBetweenMessages: false);
        }
        return new WebSocketReading(steps, data.WrittenSpan.ToArray(), Violation: null, isClosed, IsBetweenMessages: false);
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
/// <param name="IsBetweenMessages">Whether nothing is unfinished; only the plain reader can say.</param>
internal sealed record WebSocketReading(List<string> Steps, byte[] Data, string? Violation, bool IsClosed, bool IsBetweenMessages)
{
    public bool IsSameAs(WebSocketReading other) =>
        Steps.SequenceEqual(other.Steps) && Data.AsSpan().SequenceEqual(other.Data) && Violation == other.Violation && IsClosed == other.IsClosed;

    public override string ToString() => $"{string.Join(", ", Steps)}; {FuzzText.Of(Data)}; {Violation}";
}
