using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Stomp.Gateway.Protocol;

namespace ChatStomp.Bench;

/// <summary>Reading what clients send. One operation is one frame; the allocation budget is nothing.</summary>
[MemoryDiagnoser]
public class FrameReaderBench
{
    private const int Burst = 100;

    private readonly FrameReader _reader = new(new FrameLimits()) { Version = StompVersion.V12 };
    private readonly byte[] _small = Send(64);
    private readonly byte[] _medium = Send(1024);
    private readonly byte[] _large = Send(16 * 1024);
    private readonly byte[] _burst = [.. Enumerable.Repeat(Send(64), Burst).SelectMany(frame => frame)];
    private readonly byte[] _escaped = Encoding.UTF8.GetBytes("SEND\ndestination:/app/rooms/42/messages\nreceipt:a\\cb\\\\c\\nd\ncontent-length:2\n\n{}\0");
    private readonly byte[] _subscribe = Encoding.UTF8.GetBytes("SUBSCRIBE\nid:sub-0\ndestination:/topic/rooms.42\nack:auto\nsince:17\n\n\0");
    private ReadOnlySequence<byte> _cut;

    [GlobalSetup]
    public void Cut() => _cut = TwoSegments.Of(_medium, 40);

    [Benchmark(Baseline = true, Description = "SEND, body of 64 B")]
    public long Small() => Read(new ReadOnlySequence<byte>(_small));

    [Benchmark(Description = "SEND, body of 1 KiB")]
    public long Medium() => Read(new ReadOnlySequence<byte>(_medium));

    [Benchmark(Description = "SEND, body of 16 KiB")]
    public long Large() => Read(new ReadOnlySequence<byte>(_large));

    [Benchmark(Description = "SEND, 1 KiB, head cut in two")]
    public long InTwoSegments() => Read(_cut);

    [Benchmark(Description = "SEND with escapes")]
    public long Escaped() => Read(new ReadOnlySequence<byte>(_escaped));

    [Benchmark(Description = "SUBSCRIBE")]
    public long Subscribe() => Read(new ReadOnlySequence<byte>(_subscribe));

    [Benchmark(Description = "SEND, 64 B, 100 in a buffer", OperationsPerInvoke = Burst)]
    public long Many() => Read(new ReadOnlySequence<byte>(_burst));

    [Benchmark(Description = "SEND, 64 B, and its destination as a string")]
    public int WithDestination()
    {
        var buffer = new ReadOnlySequence<byte>(_small);
        return _reader.TryRead(ref buffer, out var frame) ? frame.GetHeader("destination"u8)!.Length : throw new InvalidOperationException();
    }

    private long Read(ReadOnlySequence<byte> buffer)
    {
        long octets = 0;
        while (_reader.TryRead(ref buffer, out var frame)) octets += frame.Body.Length;
        return octets;
    }

    private static byte[] Send(int bodyLength)
    {
        var head = $"SEND\ndestination:/app/rooms/0199d1f0-7c4a-7f00-8000-000000000042/messages\nreceipt:message-17\ncontent-type:application/json\ncontent-length:{bodyLength}\n\n";
        return [.. Encoding.UTF8.GetBytes(head), .. Enumerable.Repeat((byte)'x', bodyLength), 0];
    }

    private sealed class TwoSegments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(byte[] octets, int cut)
        {
            var last = new TwoSegments { Memory = octets.AsMemory(cut), RunningIndex = cut };
            var first = new TwoSegments { Memory = octets.AsMemory(0, cut), Next = last };
            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
