using Chat.Domain;
using Chat.Domain.Brokering;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

// What each client frame does: CONNECT, SEND, SUBSCRIBE, UNSUBSCRIBE.
internal sealed partial class StompConnection
{
    private async ValueTask ConnectAsync(Frame frame)
    {
        var connecting = await ConnectNegotiation.RunAsync(frame, _origin, _services, BeginWait());
        if (connecting.Violation is { } violation)
        {
            // Until a version is agreed on, 1.0 is spoken: its ERROR needs no escaping.
            Fail(violation, receipt: null);
            return;
        }
        var client = connecting.Client!;
        _client = client;
        EndWait();
        _connectedAt = _services.Time.GetUtcNow();
        _reader.Version = client.Version;
        if (Caller.IsService) _reader.Limits = _reader.Limits with { MaxBodyBytes = _services.Limits.ServiceFrameBytes };
        if (_services.Sessions.Add(this) is { } oldest) oldest.End(CloseReason.TooManySessions);
        if (EndIfRevoked()) return;
        ConnectionLog.Connected(_services.Logger, SessionId, UserId, _transport.Name, client.Version);
        _outbound.Offer(Frames.Connected(client, _services.HeartbeatHeader, SessionId, _services.Stomp.ServerHeader));
    }

    private async ValueTask SendAsync(Frame frame)
    {
        var receipt = frame.GetHeader("receipt"u8);
        if (frame.GetHeader("destination"u8) is not { } text)
        {
            await Reject(Violation.MissingHeader("destination"), frame);
            return;
        }
        if (frame.GetHeader("transaction"u8) is not { } transaction)
        {
            await BeginSendAsync(frame, receipt);
            return;
        }
        var destination = Destination.Parse(text);
        var found = _services.Router.FindSend(destination, frame);
        var refusal = found.TryGet(out var route, out var unknown) ? route.Handler.Check(this, route.Request) : unknown;
        if (refusal is null) Enlist(transaction, frame);
        else Refuse(new Request(destination, receipt), refusal, frame.GetHeader("client-message-id"u8));
    }

    /// <summary>Takes a SEND up. When this returns its place among the others is fixed; the task within tells whether it was carried out.</summary>
    private async ValueTask<Task<bool>> BeginSendAsync(Frame frame, string? receipt)
    {
        var destination = Destination.Parse(frame.GetHeader("destination"u8)!);
        var request = new Request(destination, receipt);
        if (!_services.Router.FindSend(destination, frame).TryGet(out var route, out var refusal))
        {
            Refuse(request, refusal, frame.GetHeader("client-message-id"u8));
            return Refused;
        }
        _inFlight ??= new SemaphoreSlim(MostInFlight, MostInFlight);
        if (!_inFlight.Wait(TimeSpan.Zero)) await WaitForPlaceAsync(_inFlight);
        var answering = AnswerAsync(route.Handler, route.Request, request);
        if (!route.Handler.IsPipelined(route.Request)) await answering;
        return answering;
    }

    private async ValueTask WaitForPlaceAsync(SemaphoreSlim places)
    {
        await places.WaitAsync(BeginWait());
        EndWait();
    }

    private static readonly Task<bool> Refused = Task.FromResult(result: false);

    private async Task<bool> AnswerAsync(ISendHandler handler, SendRequest send, Request request)
    {
        try
        {
            // Not cancelled when the connection ends: what was sent is carried out, whether or not its sender waits for the answer.
            var answer = await handler.HandleAsync(this, send, CancellationToken.None);
            if (answer.Failure is { } failure) ConnectionLog.Unavailable(_services.Logger, SessionId, failure);
            if (answer.Refusal is { } refusal) Refuse(request, refusal, answer.ClientMessageId);
            else Receipt(request.Receipt);
            return answer.Refusal is null;
        }
        catch (StompViolationException e)
        {
            Fail(e.Violation, request.Receipt);
        }
        catch (BrokerException e)
        {
            Fail(BrokerViolations.Of(e), request.Receipt);
        }
        catch (StoreUnavailableException e)
        {
            ConnectionLog.Unavailable(_services.Logger, SessionId, e);
            Refuse(request, SendAnswer.Unavailable, clientMessageId: null);
        }
        catch (Exception e)
        {
            ConnectionLog.Failed(_services.Logger, SessionId, e);
            Fail(SessionViolations.Internal, request.Receipt, CloseReason.InternalError);
        }
        finally
        {
            _inFlight!.Release();
        }
        return false;
    }

    private async ValueTask SubscribeAsync(Frame frame)
    {
        var destination = frame.GetHeader("destination"u8);
        // STOMP 1.0 knows subscriptions without an id: there the destination stands for it.
        var id = frame.GetHeader("id"u8) ?? (Version is StompVersion.V10 ? destination : null);
        if (SubscribeViolation(frame, destination, id, out var ack) is { } violation)
        {
            await Reject(violation, frame);
            return;
        }

        var target = Destination.Parse(destination!);
        var request = new Request(target, frame.GetHeader("receipt"u8));
        if (!_services.Router.FindSubscribe(target).TryGet(out var route, out var unknown))
        {
            Refuse(request, unknown, clientMessageId: null);
            return;
        }
        if (!_subscriptions.HasRoom)
        {
            Refuse(request, Refusal.Invalid($"A session has at most {_services.Limits.SubscriptionsPerSession} subscriptions."), clientMessageId: null);
            return;
        }

        var headerId = frame.GetHeader("id"u8);
        var head = Frames.MessageHead(Version, headerId, destination!);
        var subscribe = new SubscribeRequest(route.Destination, route.Variables, headerId, ack, head, frame) { SubscribedAs = destination!, View = route.View };
        try
        {
            var outcome = await route.Handler.SubscribeAsync(this, subscribe, BeginWait());
            EndWait();
            if (!outcome.TryGet(out var subscription, out var refusal))
            {
                Refuse(request, refusal, clientMessageId: null);
                return;
            }
            _subscriptions.Add(id!, subscription, ack);
            Receipt(request.Receipt);
        }
        catch (StoreUnavailableException e)
        {
            ConnectionLog.Unavailable(_services.Logger, SessionId, e);
            Refuse(request, SendAnswer.Unavailable, clientMessageId: null);
        }
    }

    private Violation? SubscribeViolation(Frame frame, string? destination, string? id, out AckMode ack)
    {
        AckMode? mode = frame.GetHeader("ack"u8) switch
        {
            null or "auto" => AckMode.Auto,
            "client" => AckMode.Client,
            "client-individual" => AckMode.ClientIndividual,
            _ => null,
        };
        ack = mode.GetValueOrDefault();
        if (destination is null) return Violation.MissingHeader("destination");
        if (id is null) return Violation.MissingHeader("id");
        if (_subscriptions.Contains(id)) return Violation.DuplicateSubscription;
        return mode is null ? Violation.BadAckMode : null;
    }

    private async ValueTask UnsubscribeAsync(Frame frame)
    {
        var id = frame.GetHeader("id"u8) ?? (Version is StompVersion.V10 ? frame.GetHeader("destination"u8) : null);
        if (id is null)
        {
            await Reject(Violation.MissingHeader("id"), frame);
            return;
        }
        var receipt = frame.GetHeader("receipt"u8);
        if (!await _subscriptions.RemoveAsync(id, frame))
        {
            Fail(Violation.UnknownSubscription, receipt);
            return;
        }
        Receipt(receipt);
    }

    /// <summary>Tells the client that the chat says no. Where nobody listens for that, the connection ends with it, so that no refusal is silent.</summary>
    private void Refuse(in Request request, Refusal refusal, string? clientMessageId)
    {
        var tail = MessageTails.OfRefusal(refusal, request.Destination.Text, request.Receipt, clientMessageId);
        if (!_mailboxes.Post(this, Mailbox.Errors, tail)) Fail(SessionViolations.Refused(refusal), request.Receipt);
    }

    /// <summary>What an answer has to repeat of the frame that it answers.</summary>
    private readonly record struct Request(Destination Destination, string? Receipt);
}
