using System.Diagnostics.CodeAnalysis;
using Chat.Domain;
using Chat.Domain.Brokering;
using Chat.Domain.Users;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>
/// One living client. Its frames are taken up strictly in their order; a SEND whose handler is pipelined may still be waiting for its commit when the next
/// frame is taken up, and is answered when it is done.
/// </summary>
/// <remarks>
/// How it ends: whoever finds a reason calls <see cref="End"/>, the first reason counts, and the read loop is woken and returns. Then, in this order: the
/// subscriptions are given back, so nothing new comes; SENDs under way are awaited for their answers, unless the client is gone; what is queued is sent;
/// what the broker handed over is given back; the transport is closed with the reason. Each step has a bound, and what does not keep it is aborted.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Neither a SemaphoreSlim whose wait handle is not used nor a CancellationTokenSource without a timer has anything to dispose of.")]
internal sealed partial class StompConnection : IClientSession
{
    /// <summary>How many SENDs of one client may wait for their commit at a time; then no further frame is read.</summary>
    private const int MostInFlight = 1_024;

    /// <summary>What the open transactions of one session may hold: as much as a few of the largest frames.</summary>
    private const long TransactionBytes = 16 * 1024 * 1024;

    /// <summary>How long the last frames and the transport's own farewell may take.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

    /// <summary>How long the client's farewell waits for a broker that takes back what was not acknowledged.</summary>
    private static readonly TimeSpan GivingBackTime = TimeSpan.FromSeconds(1);

    /// <summary>How long, in ms, nothing was sent to a client whose queue gives its memory back. A busy one never does: it would only take it again.</summary>
    private const long IdleTime = 1_000;

    private readonly ITransport _transport;
    private readonly ClientOrigin _origin;
    private readonly ConnectionServices _services;
    private readonly OutboundQueue _outbound;
    private readonly FrameReader _reader;
    private readonly SessionSubscriptions _subscriptions;
    private readonly SessionMailboxes _mailboxes = new();

    // What most sessions never need, such as clients that only listen, is made when it is first asked for. Only the read loop asks.
    private UnsettledMessages? _unsettled;
    private SessionTransactions? _transactions;
    private ClientBroker? _broker;
    private SemaphoreSlim? _inFlight;

    /// <summary>What the read loop waits for within a frame, while it does; <see cref="End"/> breaks that off.</summary>
    private CancellationTokenSource? _waiting;
    private readonly long _started = Environment.TickCount64;

    private ConnectedClient? _client;
    private volatile CloseReason? _reason;
    private long _lastRead = Environment.TickCount64;

    /// <summary>The token whose end the session was told of. Only the clock asks.</summary>
    private VerifiedToken? _endAnnounced;
    private long _messageCounter;

    public StompConnection(ITransport transport, ClientOrigin origin, ConnectionServices services)
    {
        _transport = transport;
        _origin = origin;
        _services = services;
        _outbound = new OutboundQueue(services.Limits.OutboundBytes, () => End(CloseReason.SlowConsumer));
        _reader = new FrameReader(new FrameLimits { MaxBodyBytes = services.Limits.FrameBytes });
        _subscriptions = new SessionSubscriptions(services.Limits.SubscriptionsPerSession);
    }

    /// <summary>The session's name in logs and in CONNECTED.</summary>
    public string SessionId { get; } = Guid.CreateVersion7().ToString("N");

    public StompVersion Version => _client?.Version ?? StompVersion.V10;

    public Caller Caller => Client.Token.Caller;

    public UserId UserId => Caller.Id;

    public string NextMessageId() => $"{SessionId}-{Interlocked.Increment(ref _messageCounter)}";

    private ConnectedClient Client => _client ?? throw new InvalidOperationException("Nobody has connected yet.");

    /// <summary>Serves the client until the end; the transport is closed then.</summary>
    public async Task RunAsync(CancellationToken serverStopping)
    {
        await using var stop = serverStopping.UnsafeRegister(static c => ((StompConnection)c!).End(CloseReason.ServerStopping), this);
        var writing = WriteLoopAsync();
        _services.Clock.Add(this);
        try
        {
            await ReadLoopAsync();
        }
        catch (TransportViolationException e)
        {
            ConnectionLog.TransportViolation(_services.Logger, SessionId, e.Message);
            End(e.Reason);
        }
        catch (OperationCanceledException) when (_reason is not null)
        {
            ConnectionLog.Interrupted(_services.Logger, SessionId);
        }
        catch (IOException e)
        {
            // A stream that is reset under its reader: the client is gone, if not in good order.
            ConnectionLog.ReadFailed(_services.Logger, SessionId, e);
            End(CloseReason.ClientGone);
        }
        catch (StoreUnavailableException e)
        {
            // Only where no refusal can be told: before anybody has connected.
            ConnectionLog.Unavailable(_services.Logger, SessionId, e);
            Fail(SessionViolations.Unavailable, receipt: null);
        }
        catch (Exception e)
        {
            ConnectionLog.Failed(_services.Logger, SessionId, e);
            End(CloseReason.InternalError);
        }
        finally
        {
            End(CloseReason.ClientGone);
            await SayFarewellAsync(writing);
        }
    }

    public void Offer(in OutboundFrame frame) => _outbound.Offer(frame);

    public void OfferSignal(in OutboundFrame frame) => _outbound.OfferSignal(frame);

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _outbound.WaitForRoomAsync(cancellationToken);

    public bool TryOffer(in OutboundFrame frame) => _outbound.Offer(frame);

    public async ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken)
    {
        await _outbound.WaitForRoomAsync(cancellationToken);
        if (!_outbound.Offer(frame)) throw new OperationCanceledException("The connection is closing.");
    }

    public ISubscription OpenMailbox(Mailbox mailbox, ReadOnlyMemory<byte> head) => _mailboxes.Open(mailbox, head);

    public void Renew(VerifiedToken token)
    {
        _client = Client with { Token = token };
        EndIfRevoked();
    }

    /// <summary>Ends the connection for a reason, if it has none yet. May be called from anywhere.</summary>
    public void End(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, comparand: null) is not null) return;
        // Who is woken goes on in the thread that wakes. This one may be delivering to others as well, under the lock of a feed, and the farewell takes the
        // client out of the very list that is being walked.
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.WakeReadLoop(), this, preferLocal: false);
    }

    /// <summary>
    /// For what is waited for within one frame: it ends with the connection. It lasts no longer than the frame, so that a client that is idle has none.
    /// </summary>
    private CancellationToken BeginWait()
    {
        var waiting = new CancellationTokenSource();
        Interlocked.Exchange(ref _waiting, waiting);
        // Who ended it before that did not see what there is to break off.
        if (_reason is not null) waiting.Cancel();
        return waiting.Token;
    }

    /// <summary>Not disposed of: whoever ends the connection may just have it in his hands, and without a timer there is nothing to give back.</summary>
    private void EndWait() => Volatile.Write(ref _waiting, value: null);

    /// <summary>Looks after everything that depends on time; called by the <see cref="ConnectionClock"/>.</summary>
    public void OnTick()
    {
        var now = Environment.TickCount64;
        var outboundTime = (long)_services.Limits.OutboundTime.TotalMilliseconds;
        if (outboundTime > 0 && _outbound.FlushingSince is > 0 and var since && now - since > outboundTime)
        {
            End(CloseReason.SlowConsumer);
            return;
        }
        if (now - _outbound.LastWrite > IdleTime) _outbound.Trim();
        if (_client is not { } client)
        {
            // Who waits for the answer to a CONNECT has sent it in time, however slow the Auth Server and the database are.
            if (Volatile.Read(ref _waiting) is null && now - _started > (long)_services.Auth.ConnectTimeout.TotalMilliseconds)
                Fail(SessionViolations.ConnectTimeout, receipt: null);
            return;
        }
        // A beat goes out when half the time has passed, so that a client that allows little margin never meets it through jitter.
        if (client.Heartbeat.SendEvery is > 0 and var every && now - _outbound.LastWrite >= every / 2) _outbound.Offer(OutboundFrame.HeartBeat);
        if (client.Heartbeat.ExpectEvery is > 0 and var expect && now - Volatile.Read(ref _lastRead) > expect * _services.Stomp.HeartbeatTolerance)
        {
            End(CloseReason.Silent);
            return;
        }
        WatchExpiry(client.Token);
    }

    private void WatchExpiry(VerifiedToken token)
    {
        var left = token.ExpiresAt - _services.Time.GetUtcNow();
        if (left <= TimeSpan.Zero) Fail(SessionViolations.TokenExpired, receipt: null, CloseReason.TokenExpired);
        else if (left <= TokenExpiryNotice && _endAnnounced != token && _mailboxes.Post(this, Mailbox.Events, MessageTails.OfSessionExpiring(token.ExpiresAt)))
        {
            // Who subscribes within the last minute is told then.
            _endAnnounced = token;
        }
    }

    private static readonly TimeSpan TokenExpiryNotice = TimeSpan.FromSeconds(60);

    private async Task ReadLoopAsync()
    {
        var input = _transport.Input;
        while (_reason is null)
        {
            var read = await input.ReadAsync();
            if (read.IsCanceled) return;
            Volatile.Write(ref _lastRead, Environment.TickCount64);
            var rest = read.Buffer;
            try
            {
                while (_reason is null && _reader.TryRead(ref rest, out var frame)) await TakeUpAsync(frame);
            }
            catch (StompViolationException e)
            {
                Fail(e.Violation, e.Receipt);
            }
            finally
            {
                input.AdvanceTo(rest.Start, rest.End);
            }
            if (read.IsCompleted) return;
        }
    }

    /// <summary>Takes a frame up. For what the protocol or the broker refuses it, the client is told with the frame's own receipt.</summary>
    private async ValueTask TakeUpAsync(Frame frame)
    {
        NoteActivity();
        try
        {
            await OnFrameAsync(frame);
        }
        catch (StompViolationException e)
        {
            Fail(e.Violation, frame.GetHeader("receipt"u8));
        }
        catch (BrokerException e)
        {
            Fail(BrokerViolations.Of(e), frame.GetHeader("receipt"u8));
        }
    }

    private ValueTask OnFrameAsync(Frame frame) => (frame.Command, Connected: _client is not null) switch
    {
        (StompCommand.Connect or StompCommand.Stomp, Connected: false) => ConnectAsync(frame),
        (_, Connected: false) => Reject(Violation.NotConnected, frame),
        (StompCommand.Send, _) => SendAsync(frame),
        (StompCommand.Subscribe, _) => SubscribeAsync(frame),
        (StompCommand.Unsubscribe, _) => UnsubscribeAsync(frame),
        (StompCommand.Disconnect, _) => DisconnectAsync(frame),
        (StompCommand.Ack or StompCommand.Nack, _) => AcknowledgeAsync(frame),
        (StompCommand.Begin, _) => BeginAsync(frame),
        (StompCommand.Commit, _) => CommitAsync(frame),
        (StompCommand.Abort, _) => AbortAsync(frame),
        (StompCommand.Connect or StompCommand.Stomp, _) => Reject(Violation.AlreadyConnected, frame),
        _ => throw new InvalidOperationException($"{frame.Command} has no handler."),
    };

    private async ValueTask DisconnectAsync(Frame frame)
    {
        var receipt = frame.GetHeader("receipt"u8);
        await AwaitAnswersAsync();
        Receipt(receipt);
        End(CloseReason.Normal);
    }

    /// <summary>Waits until every SEND under way has its answer, by taking all the places that they can have.</summary>
    private async Task AwaitAnswersAsync()
    {
        if (_inFlight is null) return;
        for (var i = 0; i < MostInFlight; i++) await _inFlight.WaitAsync();
        _inFlight.Release(MostInFlight);
    }

    private void Receipt(string? receipt)
    {
        if (receipt is not null) _outbound.Offer(Frames.Receipt(Version, receipt));
    }

    private ValueTask Reject(Violation violation, Frame frame)
    {
        Fail(violation, frame.GetHeader("receipt"u8));
        return ValueTask.CompletedTask;
    }

    public void Fail(Violation violation) => Fail(violation, receipt: null);

    /// <summary>The client broke the protocol, or cannot go on: an ERROR, then the end.</summary>
    private void Fail(Violation violation, string? receipt, CloseReason? reason = null)
    {
        if (_reason is not null) return;
        ConnectionLog.Violation(_services.Logger, SessionId, violation.Message, violation.Detail);
        _outbound.Offer(Frames.Error(Version, violation, receipt));
        End(reason ?? CloseReason.ProtocolError);
    }
}
