using System.Buffers;
using System.Text.Unicode;
using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Destinations.General;

/// <summary>A service's message as the MESSAGE frame of one subscription.</summary>
internal static class MessageFrame
{
    /// <param name="session">Whose subscription.</param>
    /// <param name="subscription">Its id; null where a 1.0 client gave none.</param>
    /// <param name="destination">As it is to be shown.</param>
    /// <param name="message">What was sent.</param>
    public static OutboundFrame Of(IClientSession session, string? subscription, string destination, BrokerMessage message) =>
        Of(session.Version, message, Own(subscription, destination, session.NextMessageId()));

    /// <param name="version">How headers are escaped.</param>
    /// <param name="message">What was sent.</param>
    /// <param name="own">The headers that the server says of the delivery; they come first, so that no sender's header of the same name counts.</param>
    public static OutboundFrame Of(StompVersion version, BrokerMessage message, IEnumerable<KeyValuePair<string, string>> own)
    {
        var body = message.Body.Span;
        var writer = new ArrayBufferWriter<byte>(body.Length + 512);
        FrameWriter.WriteMessage(writer, version, [.. own, .. MessageHeaders.Write(message)], body);
        // It travels as text where it is text, unless its sender says that it is none.
        return new OutboundFrame(writer.WrittenMemory, default, IsText: message.ContentType is not "application/octet-stream" && Utf8.IsValid(body));
    }

    public static IEnumerable<KeyValuePair<string, string>> Own(string? subscription, string destination, string messageId)
    {
        if (subscription is not null) yield return new("subscription", subscription);
        yield return new("destination", destination);
        yield return new("message-id", messageId);
    }
}
