using Chat.Domain;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations;

/// <summary>One destination that clients can SEND to.</summary>
internal interface ISendHandler
{
    /// <summary>The destination's segments; <c>*</c> stands for one that varies, <c>**</c> at the end for one or more.</summary>
    IReadOnlyList<string> Pattern { get; }

    /// <summary>
    /// Whether the session's next frame may be taken up before this one is done. Then the order in which such frames take effect is fixed before the task is
    /// handed back, and only the answers come later.
    /// </summary>
    bool IsPipelined(in SendRequest request) => false;

    /// <summary>Looks whether the frame would be taken, for one that is put by until its transaction is committed; null when it would.</summary>
    Refusal? Check(IClientSession session, SendRequest request) => null;

    /// <summary>Carries the frame out. The frame borrows its memory until the task is handed back: what is needed later is copied before the first wait.</summary>
    Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken);
}

/// <summary>A SEND to a destination that was found.</summary>
/// <param name="Destination">Where to.</param>
/// <param name="Variables">The segments that vary, in order.</param>
/// <param name="Frame">What was sent.</param>
internal readonly record struct SendRequest(Destination Destination, IReadOnlyList<string> Variables, Frame Frame)
{
    /// <summary>The first segment that varies: below <c>/app/rooms</c> the room's id.</summary>
    public string? Variable => Variables.Count > 0 ? Variables[0] : null;
}

/// <summary>What came of a SEND.</summary>
/// <param name="Refusal">Why not; null when it is done, and the sender gets its RECEIPT.</param>
/// <param name="ClientMessageId">The sender's own name for the message, told with a refusal.</param>
/// <param name="Failure">What kept the chat from it, when it was not the chat that said no.</param>
internal readonly record struct SendAnswer(Refusal? Refusal, string? ClientMessageId = null, Exception? Failure = null)
{
    public static readonly Refusal Unavailable = new(RefusalCode.Unavailable, "The chat cannot reach its database; try again.", TimeSpan.FromSeconds(1));

    public static implicit operator SendAnswer(Refusal? refusal) => new(refusal);

    /// <summary>The answer to what its sender gave a name.</summary>
    public static async Task<SendAnswer> AboutAsync<T>(Task<Outcome<T>> outcome, string? clientMessageId)
    {
        try
        {
            return new SendAnswer((await outcome).Refusal, clientMessageId);
        }
        catch (StoreUnavailableException e)
        {
            return Lost(clientMessageId, e);
        }
    }

    /// <summary>Nobody knows whether it is stored: the sender is told which message, to send it again under the same id.</summary>
    public static SendAnswer Lost(string? clientMessageId, StoreUnavailableException failure) => new(Unavailable, clientMessageId, failure);
}
