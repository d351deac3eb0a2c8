using System.Diagnostics.CodeAnalysis;
using System.Text;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>Events as AMQP messages: an event's body travels as it is, and what delivery needs beside it stands in headers.</summary>
internal static class DeliveryCodec
{
    private const string Seq = "seq";
    private const string Event = "event";
    private const string Ordinal = "ordinal";
    private const string Message = "message-seq";
    private const string Mentions = "mentions";
    private const string MentionsAll = "mentions-all";

    /// <summary>Headers that events and signals have in common.</summary>
    public const string Node = "node";
    public const string Room = "room";
    public const string Subject = "subject";

    /// <summary>Between users' ids, which have no control characters.</summary>
    private const char Between = '\n';

    /// <summary>New properties for one message; the client adds a header of its own while it sends, so they cannot be shared by two.</summary>
    public static BasicProperties PropertiesOf(PublishedEvent published, NodeId node)
    {
        var headers = new Dictionary<string, object?>
        {
            [Seq] = published.Seq,
            [Node] = node.Value,
            [Room] = published.RoomId.Value,
            [Event] = published.Name,
        };
        if (published.Subject is { } subject) headers[Subject] = subject.Value;
        if (published.MessageOrdinal != 0) headers[Ordinal] = published.MessageOrdinal;
        if (published.MessageSeq != 0 && published.MessageSeq != published.Seq) headers[Message] = published.MessageSeq;
        if (published.Mentions.Count > 0) headers[Mentions] = string.Join(Between, published.Mentions.Select(user => user.Value));
        if (published.MentionsAll) headers[MentionsAll] = true;
        return new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent, Headers = headers };
    }

    public static bool TryReadEvent(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out PublishedEvent? published)
    {
        published = null;
        if (Text(properties, Event) is not { } name || !RoomId.TryParse(Text(properties, Room), out var room) || Number(properties, Seq) is not { } seq) return false;
        if (!TryReadSubject(properties, out var subject)) return false;
        // The client takes the body's memory back when the handler returns.
        var ordinal = Number(properties, Ordinal) ?? 0;
        published = new PublishedEvent(room, seq, name, body.ToArray())
        {
            Subject = subject,
            MessageOrdinal = ordinal,
            // Of the event that made a message, the number is its own.
            MessageSeq = Number(properties, Message) ?? (ordinal == 0 ? 0 : seq),
            Mentions = MentionsOf(properties),
            MentionsAll = properties.Headers!.TryGetValue(MentionsAll, out var all) && all is true,
        };
        return true;
    }

    private static UserId[] MentionsOf(IReadOnlyBasicProperties properties)
    {
        if (Text(properties, Mentions) is not { } text) return [];
        var users = new List<UserId>();
        foreach (var id in text.Split(Between))
        {
            if (UserId.TryParse(id, out var user)) users.Add(user);
        }
        return [.. users];
    }

    /// <summary>Whom it concerns, where it says so; false when what it says is nobody.</summary>
    public static bool TryReadSubject(IReadOnlyBasicProperties properties, out UserId? subject)
    {
        subject = null;
        if (Text(properties, Subject) is not { } text) return true;
        if (!UserId.TryParse(text, out var user)) return false;
        subject = user;
        return true;
    }

    // A long string of a field table arrives as octets (AMQP 0-9-1, section 4.2.5.5).
    public static string? Text(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) && value is byte[] octets ? Encoding.UTF8.GetString(octets) : null;

    private static long? Number(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) && value is long number ? number : null;
}
