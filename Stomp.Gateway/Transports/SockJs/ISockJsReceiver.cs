using System.Buffers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>How one kind of SockJS transport wraps what a session sends into an HTTP response.</summary>
internal interface ISockJsReceiver
{
    /// <summary>The transport's name, as in its URL.</summary>
    string Name { get; }

    string ContentType { get; }

    /// <summary>Whether the response goes on behind its first frame, until it has grown to <see cref="Options.SockJsOptions.StreamingBytes"/>.</summary>
    bool IsStreaming { get; }

    /// <summary>Writes what stands in front of the first frame. It does not count against the response's size.</summary>
    void WritePrelude(IBufferWriter<byte> body);

    void WriteFrame(IBufferWriter<byte> body, ReadOnlySpan<byte> frame);
}
