using System.Buffers;
using System.Text;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>Many frames in one page that never ends loading, each as a script that calls the page around it (SockJS protocol, "HtmlFile").</summary>
/// <param name="callback">A good name (<see cref="SockJsCallback"/>) of an object of the page around.</param>
internal sealed class HtmlFileReceiver(string callback) : ISockJsReceiver
{
    /// <summary>Safari does not begin to run a page before it has so much of it.</summary>
    private const int HeadLength = 1024;

    public string Name => "htmlfile";

    public string ContentType => "text/html; charset=UTF-8";

    public bool IsStreaming => true;

    /// <summary>The page that the SockJS protocol prescribes to the letter, filled up with blanks.</summary>
    public void WritePrelude(IBufferWriter<byte> body)
    {
        var head = $$"""
            <!doctype html>
            <html><head>
              <meta http-equiv="X-UA-Compatible" content="IE=edge" />
              <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
            </head><body><h2>Don't panic!</h2>
              <script>
                document.domain = document.domain;
                var c = parent.{{callback}};
                c.start();
                function p(d) {c.message(d);};
                window.onload = function() {c.stop();};
              </script>
            """;
        Encoding.UTF8.GetBytes(head.PadRight(HeadLength), body);
        body.Write("\r\n\r\n"u8);
    }

    public void WriteFrame(IBufferWriter<byte> body, ReadOnlySpan<byte> frame)
    {
        body.Write("<script>\np("u8);
        SockJsFrame.WriteScriptString(body, frame);
        body.Write(");\n</script>\r\n"u8);
    }
}
