using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Stomp.Gateway.Protocol;

/// <summary>
/// Writes the server's frames. Above each method stands what it produces. Line ends are bare line feeds: the older browser libraries look for two of them in a row.
/// </summary>
internal static class FrameWriter
{
    /// <summary><c>CONNECTED version heart-beat session server? user-name</c>. Its headers are never escaped (STOMP 1.2, Value Encoding).</summary>
    /// <remarks>version and heart-beat are always there: stompjs 2 on 1.1 reads heart-beat without looking whether it came.</remarks>
    public static void WriteConnected(
        IBufferWriter<byte> writer, StompVersion version, string heartbeat, string session, string? server, string userName)
    {
        writer.Write("CONNECTED\nversion:"u8);
        HeaderEscaping.WriteRaw(writer, version.Text());
        writer.Write("\nheart-beat:"u8);
        HeaderEscaping.WriteRaw(writer, heartbeat);
        writer.Write("\nsession:"u8);
        HeaderEscaping.WriteRaw(writer, session);
        if (server is not null)
        {
            writer.Write("\nserver:"u8);
            HeaderEscaping.WriteRaw(writer, server);
        }
        writer.Write("\nuser-name:"u8);
        HeaderEscaping.WriteRaw(writer, userName);
        writer.Write("\n\n\0"u8);
    }

    /// <summary><c>RECEIPT receipt-id</c></summary>
    public static void WriteReceipt(IBufferWriter<byte> writer, StompVersion version, string receipt)
    {
        writer.Write("RECEIPT\nreceipt-id:"u8);
        HeaderEscaping.Write(writer, receipt, version);
        writer.Write("\n\n\0"u8);
    }

    /// <summary><c>ERROR message code? version receipt-id? content-type content-length</c>, and the detail as text.</summary>
    public static void WriteError(IBufferWriter<byte> writer, StompVersion version, Violation violation, string? receipt)
    {
        writer.Write("ERROR\nmessage:"u8);
        HeaderEscaping.Write(writer, violation.Message, version);
        if (violation.Code is { } code)
        {
            writer.Write("\ncode:"u8);
            HeaderEscaping.Write(writer, code, version);
        }
        writer.Write("\nversion:"u8);
        HeaderEscaping.Write(writer, StompVersions.Supported, version);
        if (receipt is not null)
        {
            writer.Write("\nreceipt-id:"u8);
            HeaderEscaping.Write(writer, receipt, version);
        }
        writer.Write("\ncontent-type:text/plain\ncontent-length:"u8);
        WriteNumber(writer, Encoding.UTF8.GetByteCount(violation.Detail));
        writer.Write("\n\n"u8);
        Encoding.UTF8.GetBytes(violation.Detail, writer);
        writer.Write("\0"u8);
    }

    /// <summary>
    /// <c>MESSAGE subscription? destination</c>: what differs from subscriber to subscriber, written once for each SUBSCRIBE. A
    /// <see cref="WriteMessageTail"/> follows it. A 1.0 client that gave no id gets none.
    /// </summary>
    public static void WriteMessageHead(IBufferWriter<byte> writer, StompVersion version, string? subscription, string destination)
    {
        writer.Write("MESSAGE\n"u8);
        if (subscription is not null)
        {
            writer.Write("subscription:"u8);
            HeaderEscaping.Write(writer, subscription, version);
            writer.Write("\n"u8);
        }
        writer.Write("destination:"u8);
        HeaderEscaping.Write(writer, destination, version);
        writer.Write("\n"u8);
    }

    /// <summary>
    /// <c>message-id content-type content-length seq?</c> and the body: what is the same for every subscriber of every version, written once for each event.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="messageId">Of characters that need no escape in any version: libraries echo it without undoing escapes.</param>
    /// <param name="seq">The event's number; null where there is none.</param>
    /// <param name="json">The body.</param>
    /// <param name="withAck">Whether the subscription's mode asks for the header <c>ack</c> (STOMP 1.2, MESSAGE).</param>
    public static void WriteMessageTail(IBufferWriter<byte> writer, ReadOnlySpan<char> messageId, long? seq, ReadOnlySpan<byte> json, bool withAck = false)
    {
        writer.Write("message-id:"u8);
        HeaderEscaping.WriteRaw(writer, messageId);
        if (withAck)
        {
            writer.Write("\nack:"u8);
            HeaderEscaping.WriteRaw(writer, messageId);
        }
        writer.Write("\ncontent-type:application/json;charset=utf-8\ncontent-length:"u8);
        WriteNumber(writer, json.Length);
        if (seq is { } number)
        {
            writer.Write("\nseq:"u8);
            WriteNumber(writer, number);
        }
        writer.Write("\n\n"u8);
        writer.Write(json);
        writer.Write("\0"u8);
    }

    /// <summary><c>MESSAGE</c> with headers as given, <c>content-length</c>, and a body of any octets. A header whose name the version cannot write is left out.</summary>
    public static void WriteMessage(IBufferWriter<byte> writer, StompVersion version, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body)
    {
        writer.Write("MESSAGE\n"u8);
        foreach (var (name, value) in headers)
        {
            if (!HeaderEscaping.CanWriteName(name, version)) continue;
            HeaderEscaping.Write(writer, name, version);
            writer.Write(":"u8);
            HeaderEscaping.Write(writer, value, version);
            writer.Write("\n"u8);
        }
        writer.Write("content-length:"u8);
        WriteNumber(writer, body.Length);
        writer.Write("\n\n"u8);
        writer.Write(body);
        writer.Write("\0"u8);
    }

    private static void WriteNumber(IBufferWriter<byte> writer, long number)
    {
        // The longest number has 19 digits and a sign.
        var digits = writer.GetSpan(20);
        Utf8Formatter.TryFormat(number, digits, out var written);
        writer.Advance(written);
    }
}
