using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>What somebody wants to post.</summary>
public sealed record NewMessage
{
    public const int MaxClientMessageIdLength = 128;

    /// <summary>Longest life of a message that destroys itself.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(604_800);

    /// <summary>Ids of attachments that a message may name.</summary>
    public const int MostAttachments = 20;

    public MessageType Type { get; init; }
    public string Text { get; init; } = "";
    public string? ClientMessageId { get; init; }

    /// <summary>Of a <see cref="MessageType.Thread"/> message what it replies to.</summary>
    public MessageId? ThreadRootId { get; init; }

    /// <summary>How long a <see cref="MessageType.Temp"/> message lives.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>How long it lives once all have read it.</summary>
    public TimeSpan? BurnAfterRead { get; init; }

    /// <summary>Which message of the room it answers.</summary>
    public MessageId? QuoteId { get; init; }

    /// <summary>Which message is said again; then nothing else is said.</summary>
    public ForwardedMessage? Forward { get; init; }

    public IReadOnlyList<string> AttachmentIds { get; init; } = [];

    /// <summary>Whether it is posted at its time and not by somebody who is there: then its sender has not read the room up to it.</summary>
    public bool IsScheduled { get; init; }

    /// <summary>Whether nothing has to be looked up before it is posted.</summary>
    public bool IsPlain => ThreadRootId is null && QuoteId is null && Forward is null && !Text.Contains('@', StringComparison.Ordinal);

    /// <summary>The first thing that is wrong with it, whoever says it and wherever; null when nothing is.</summary>
    public Refusal? Check() => CheckType() ?? CheckLife() ?? CheckText() ?? CheckClientMessageId();

    private Refusal? CheckType()
    {
        if (Type is MessageType.System) return Refusal.Forbidden("SYSTEM messages are for services.");
        if (AttachmentIds.Count > MostAttachments) return Refusal.Invalid($"A message has at most {MostAttachments} attachments.");
        if (AttachmentIds.Count > 0) return Refusal.NotFound("There is no attachment of that id.");
        if (Type is MessageType.Image or MessageType.File) return Refusal.Invalid("An IMAGE or FILE message needs attachmentIds.");
        if ((Type is MessageType.Thread) != (ThreadRootId is not null)) return Refusal.Invalid("threadRootId goes with the type THREAD, and a THREAD message needs it.");
        return Forward is not null && (Type is not MessageType.Text || Text.Length > 0 || QuoteId is not null)
            ? Refusal.Invalid("A message that is forwarded has neither text nor quoteId nor another type than TEXT.")
            : null;
    }

    private Refusal? CheckLife()
    {
        if (Type is not MessageType.Temp)
            return TimeToLive is null && BurnAfterRead is null ? null : Refusal.Invalid("ttlSeconds and burnAfterReadSeconds go with the type TEMP.");
        if ((TimeToLive is null) == (BurnAfterRead is null)) return Refusal.Invalid("A TEMP message needs ttlSeconds or burnAfterReadSeconds, one of the two.");
        return (TimeToLive ?? BurnAfterRead) is { } life && life >= TimeSpan.FromSeconds(1) && life <= LongestLife
            ? null
            : Refusal.Invalid($"ttlSeconds and burnAfterReadSeconds are 1 to {LongestLife.TotalSeconds:0}.");
    }

    private Refusal? CheckText() => Forward is null ? MessageText.Check(Text) : null;

    private Refusal? CheckClientMessageId() => ClientMessageId is null || OpaqueText.IsIdentifier(ClientMessageId, MaxClientMessageIdLength)
        ? null
        : Refusal.Invalid("clientMessageId has 1 to 128 characters, no control characters, and no blank at either end.");
}

/// <summary>A message of perhaps another room that is said again.</summary>
/// <param name="RoomId">Where it was said; null for what cannot be a room's id.</param>
/// <param name="MessageId">Which.</param>
public sealed record ForwardedMessage(RoomId? RoomId, MessageId MessageId);
