using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Stomp.Gateway.Protocol;

namespace ChatStomp.Bench;

/// <summary>Writing the server's frames into a buffer that is there already. One operation is one frame.</summary>
[MemoryDiagnoser]
public class FrameWriterBench
{
    private readonly ArrayBufferWriter<byte> _writer = new(64 * 1024);
    private readonly byte[] _json = Encoding.UTF8.GetBytes($$"""{"event":"message.created","roomId":"42","seq":18,"text":"{{new string('x', 400)}}"}""");
    private readonly Violation _violation = new("Bad header", "A header line has no colon.");

    [Benchmark(Description = "MESSAGE, head for one subscriber")]
    public int MessageHead()
    {
        _writer.ResetWrittenCount();
        FrameWriter.WriteMessageHead(_writer, StompVersion.V12, "sub-0", "/topic/rooms.42");
        return _writer.WrittenCount;
    }

    [Benchmark(Baseline = true, Description = "MESSAGE, tail for all, about 460 B of JSON")]
    public int MessageTail()
    {
        _writer.ResetWrittenCount();
        FrameWriter.WriteMessageTail(_writer, "0199d1f0-7c4a-7f00-8000-000000000042-18", 18, _json);
        return _writer.WrittenCount;
    }

    [Benchmark(Description = "RECEIPT")]
    public int Receipt()
    {
        _writer.ResetWrittenCount();
        FrameWriter.WriteReceipt(_writer, StompVersion.V12, "message-17");
        return _writer.WrittenCount;
    }

    [Benchmark(Description = "RECEIPT with escapes")]
    public int EscapedReceipt()
    {
        _writer.ResetWrittenCount();
        FrameWriter.WriteReceipt(_writer, StompVersion.V12, "message:17\n\\");
        return _writer.WrittenCount;
    }

    [Benchmark(Description = "ERROR")]
    public int Error()
    {
        _writer.ResetWrittenCount();
        FrameWriter.WriteError(_writer, StompVersion.V12, _violation, "message-17");
        return _writer.WrittenCount;
    }
}
