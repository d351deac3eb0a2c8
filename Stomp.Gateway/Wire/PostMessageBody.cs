using System.Buffers;
using System.Text;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Wire;

/// <summary>The body of a post, by SEND or by REST.</summary>
internal record PostMessageBody
{
    public string? ClientMessageId { get; init; }
    public string? Type { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<string>? AttachmentIds { get; init; }
    public string? ThreadRootId { get; init; }
    public int? TtlSeconds { get; init; }
    public int? BurnAfterReadSeconds { get; init; }
    public string? QuoteId { get; init; }
    public ForwardBody? Forward { get; init; }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the body of a SEND: JSON, or with <c>content-type: text/plain</c> the text itself. The header's id counts where the body has none.</summary>
    public static Outcome<PostMessageBody> Parse(ReadOnlySequence<byte> body, string? contentType, string? clientMessageIdHeader)
    {
        if (contentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) is true) return OfText(body, clientMessageIdHeader);
        if (!Bodies.Parse(body, WireJson.Wire.PostMessageBody).TryGet(out var post, out var refusal)) return refusal;
        return post.ClientMessageId is null && clientMessageIdHeader is not null ? post with { ClientMessageId = clientMessageIdHeader } : post;
    }

    /// <summary>
    /// What is to be posted. Ids that are none are those of nothing, and are looked for like others: so whoever is no member is told that first, whatever the ids are.
    /// </summary>
    public Outcome<NewMessage> ToMessage()
    {
        if (!WireNames.TryRead(Type, out MessageType? named)) return Refusal.Invalid("type must be TEXT, THREAD, TEMP, IMAGE or FILE.");
        return new NewMessage
        {
            Type = named ?? MessageType.Text,
            Text = Text ?? "",
            ClientMessageId = ClientMessageId,
            ThreadRootId = IdOf(ThreadRootId),
            TimeToLive = Seconds(TtlSeconds),
            BurnAfterRead = Seconds(BurnAfterReadSeconds),
            QuoteId = IdOf(QuoteId),
            Forward = Forward is null ? null : new ForwardedMessage(RoomId.TryParse(Forward.RoomId, out var room) ? room : null, IdOf(Forward.MessageId) ?? MessageId.None),
            AttachmentIds = AttachmentIds ?? [],
        };
    }

    private static MessageId? IdOf(string? text) => text is null ? null : MessageId.TryParse(text, out var id) ? id : MessageId.None;

    private static TimeSpan? Seconds(int? seconds) => seconds is { } some ? TimeSpan.FromSeconds(some) : null;

    private static Outcome<PostMessageBody> OfText(ReadOnlySequence<byte> body, string? clientMessageId)
    {
        try
        {
            return new PostMessageBody { Text = StrictUtf8.GetString(body), ClientMessageId = clientMessageId };
        }
        catch (DecoderFallbackException)
        {
            return Refusal.Invalid("The text is not UTF-8.");
        }
    }
}

/// <summary>A message that is said again.</summary>
internal sealed record ForwardBody(string? RoomId, string? MessageId);
