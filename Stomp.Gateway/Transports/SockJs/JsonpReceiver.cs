using System.Buffers;
using System.Text;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>One frame a request, as a script that calls a function of the page (SockJS protocol, "JsonPolling").</summary>
/// <param name="callback">A good name (<see cref="SockJsCallback"/>) of a function of the page.</param>
internal sealed class JsonpReceiver(string callback) : ISockJsReceiver
{
    public string Name => "jsonp";

    public string ContentType => "application/javascript; charset=UTF-8";

    public bool IsStreaming => false;

    public void WritePrelude(IBufferWriter<byte> body)
    {
        // As for polling: the response is complete at once.
    }

    /// <summary>The comment in front keeps a response from being taken for a file of another kind that begins with a callback of the caller's choice.</summary>
    public void WriteFrame(IBufferWriter<byte> body, ReadOnlySpan<byte> frame)
    {
        body.Write("/**/"u8);
        Encoding.ASCII.GetBytes(callback, body);
        body.Write("("u8);
        SockJsFrame.WriteScriptString(body, frame);
        body.Write(");\r\n"u8);
    }
}
