using Chat.Domain.Brokering;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Connections;

// Acknowledging, and transactions.
internal sealed partial class StompConnection
{
    public ClientBroker Broker => _broker ?? Interlocked.CompareExchange(ref _broker, new ClientBroker(_services.Broker, this), comparand: null) ?? _broker!;

    // Deliveries put it in, in threads of their own.
    public void Expect(ExpectedAck ack) => LazyInitializer.EnsureInitialized(ref _unsettled).Add(ack);

    private SessionTransactions Transactions => _transactions ??= new SessionTransactions(TransactionBytes);

    private async ValueTask AcknowledgeAsync(Frame frame)
    {
        if (frame.Command is StompCommand.Nack && Version is StompVersion.V10)
        {
            await Reject(Violation.NackIn10, frame);
            return;
        }
        if (AckViolation(frame, out var ackId) is { } violation)
        {
            await Reject(violation, frame);
            return;
        }
        if (frame.GetHeader("transaction"u8) is { } transaction)
        {
            Enlist(transaction, frame);
            return;
        }
        await SettleAsync(frame, ackId);
        Receipt(frame.GetHeader("receipt"u8));
    }

    /// <summary>Which header names the message differs from version to version (STOMP 1.0, 1.1 and 1.2, ACK).</summary>
    private Violation? AckViolation(Frame frame, out string ackId)
    {
        var name = Version is StompVersion.V12 ? "id" : "message-id";
        var subscription = frame.GetHeader("subscription"u8);
        ackId = frame.GetHeader(Version is StompVersion.V12 ? "id"u8 : "message-id"u8) ?? "";
        if (ackId.Length == 0) return Violation.MissingHeader(name);
        if (Version is StompVersion.V11 && subscription is null) return Violation.MissingHeader("subscription");
        if (Volatile.Read(ref _unsettled)?.Contains(ackId, Version is StompVersion.V11 ? subscription : null) is true || !_subscriptions.ExpectsAcks) return null;
        // What is delivered in the mode "auto" needs no acknowledgement; one that comes all the same means nothing.
        return subscription is not null && _subscriptions.IsAuto(subscription) ? null : Violation.MessageNotFound;
    }

    private async ValueTask SettleAsync(Frame frame, string ackId)
    {
        var settlement = frame.Command is StompCommand.Ack ? Settlement.Accept
            : QueueHeaders.IsTrue(frame.GetHeader("requeue"u8)) is false ? Settlement.Reject
            : Settlement.Requeue;
        if (Volatile.Read(ref _unsettled) is not { } unsettled) return;
        foreach (var settle in unsettled.Take(ackId)) await settle(settlement);
    }

    private ValueTask BeginAsync(Frame frame)
    {
        var violation = frame.GetHeader("transaction"u8) is { } name ? Transactions.Begin(name) : Violation.MissingHeader("transaction");
        if (violation is not null) return Reject(violation, frame);
        Receipt(frame.GetHeader("receipt"u8));
        return ValueTask.CompletedTask;
    }

    private ValueTask AbortAsync(Frame frame)
    {
        if (frame.GetHeader("transaction"u8) is not { } name) return Reject(Violation.MissingHeader("transaction"), frame);
        if (Transactions.Take(name) is null) return Reject(Violation.BadTransaction, frame);
        Receipt(frame.GetHeader("receipt"u8));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Carries out in order what was put by. It was checked then; should the chat or the broker refuse one of them now, that is told as of any other frame, and
    /// the COMMIT has no receipt.
    /// </summary>
    private async ValueTask CommitAsync(Frame frame)
    {
        if (frame.GetHeader("transaction"u8) is not { } name)
        {
            await Reject(Violation.MissingHeader("transaction"), frame);
            return;
        }
        if (Transactions.Take(name) is not { } frames)
        {
            await Reject(Violation.BadTransaction, frame);
            return;
        }
        var sends = new List<Task<bool>>();
        foreach (var enlisted in frames)
        {
            if (enlisted.Command is StompCommand.Send) sends.Add(await BeginSendAsync(enlisted, receipt: null));
            else await SettleAsync(enlisted, enlisted.GetHeader(Version is StompVersion.V12 ? "id"u8 : "message-id"u8)!);
        }
        if (Array.TrueForAll(await Task.WhenAll(sends), took => took)) Receipt(frame.GetHeader("receipt"u8));
    }

    /// <summary>
    /// Puts a frame by until its transaction is committed. Its receipt is given now: clients wait for it before they send COMMIT (Net::Stomp's
    /// <c>send_transactional</c>).
    /// </summary>
    private void Enlist(string transaction, Frame frame)
    {
        var receipt = frame.GetHeader("receipt"u8);
        var violation = Transactions.Has(transaction) ? Transactions.Add(transaction, frame) : Violation.BadTransaction;
        if (violation is not null) Fail(violation, receipt);
        else Receipt(receipt);
    }
}
