using System.Text;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Says something to a room in the system's name, once for each idempotency key. When it answers with a message, that message is committed.</summary>
public sealed class PostSystemMessage(IMessageStore messages, TimeProvider time)
{
    /// <summary>Octets of data in UTF-8.</summary>
    public const int MaxDataLength = 16 * 1024;

    /// <summary>Who says it, in every room.</summary>
    public static readonly UserProfile System = new(UserId.Parse("system"), "system", AvatarUrl: null);

    private static readonly Refusal NoSuchRoom = Refusal.NotFound("There is no such room.");
    private static readonly Refusal Closed = Refusal.Forbidden("The room is closed.");

    public Task<Outcome<PostedMessage>> ExecuteAsync(SystemMessage message, CancellationToken cancellationToken) => message.IdempotencyKey is null
        ? Task.FromResult<Outcome<PostedMessage>>(SystemMessage.BadKey)
        : PostAsync(System, message, cancellationToken);

    /// <summary>The same in another name that is no member's, and with or without a key.</summary>
    internal async Task<Outcome<PostedMessage>> PostAsync(UserProfile sender, SystemMessage message, CancellationToken cancellationToken)
    {
        if (message.Check() is { } wrong) return wrong;
        var draft = new MessageDraft(MessageId.New(time.GetUtcNow()), message.RoomId, sender, MessageType.System, message.Text, message.IdempotencyKey, Admit) { Data = message.Data };
        var posted = await messages.AppendAsync(draft, cancellationToken);
        // Whoever may speak to every room may know which there are.
        return posted.Refusal == Refusal.NotMember ? NoSuchRoom : posted;
    }

    private static Refusal? Admit(PostingFacts facts) => facts.Room.ClosedAt is null ? null : Closed;
}

/// <summary>What a service has the system say.</summary>
/// <param name="IdempotencyKey">The same key of the same sender in the same room is the same message; null where nothing is known of repeats.</param>
/// <param name="RoomId">Where.</param>
/// <param name="Text">What.</param>
/// <param name="Data">What programs make of it: a JSON object, or null.</param>
public sealed record SystemMessage(string? IdempotencyKey, RoomId RoomId, string Text, string? Data)
{
    internal static readonly Refusal BadKey = Refusal.Invalid("idempotencyKey is needed: 1 to 128 characters, no control characters, and no blank at either end.");

    /// <summary>The first thing that is wrong with what is there, or null. That the data is a JSON object is the matter of whoever reads it.</summary>
    public Refusal? Check()
    {
        if (IdempotencyKey is not null && !OpaqueText.IsIdentifier(IdempotencyKey, NewMessage.MaxClientMessageIdLength)) return BadKey;
        if (MessageText.Check(Text) is { } wrong) return wrong;
        return Data is not null && Encoding.UTF8.GetByteCount(Data) > PostSystemMessage.MaxDataLength
            ? Refusal.Invalid($"data has more than {PostSystemMessage.MaxDataLength} octets.")
            : null;
    }
}
