using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

// How it ends.
internal sealed partial class StompConnection
{
    private async Task WriteLoopAsync()
    {
        try
        {
            await _outbound.RunAsync(_transport, CancellationToken.None);
        }
        catch (Exception e)
        {
            // A transport that fails while writing is a client that is gone; the read side hears of it too.
            ConnectionLog.WriteFailed(_services.Logger, SessionId, e);
            End(CloseReason.ClientGone);
        }
    }

    /// <summary>Breaks off what the read loop waits for: within a frame, and for the next one.</summary>
    private void WakeReadLoop()
    {
        try
        {
            Volatile.Read(ref _waiting)?.Cancel();
        }
        catch (AggregateException e)
        {
            // What somebody registered with the token failed, a database driver perhaps. All others were told.
            ConnectionLog.Failed(_services.Logger, SessionId, e);
        }
        _transport.Input.CancelPendingRead();
    }

    private async Task SayFarewellAsync(Task writing)
    {
        // A slow consumer that reads on within the time still learns why it is closed.
        using var bound = new CancellationTokenSource(FarewellTime, _services.Time);
        var reason = _reason!;
        var givenBack = Task.CompletedTask;
        try
        {
            if (_client is not null) _services.Sessions.Remove(this);
            await _subscriptions.DisposeAsync().AsTask().WaitAsync(bound.Token);
            if (reason != CloseReason.ClientGone) await AwaitAnswersAsync().WaitAsync(bound.Token);
            _outbound.Complete();
            await writing.WaitAsync(bound.Token);
            if (_broker is not null)
            {
                // Before the client hears of the end, so that who takes its place finds in the queues what it had; but no broker keeps it from hearing that.
                givenBack = _broker.DisposeAsync().AsTask();
                if (!givenBack.IsCompleted) await Task.WhenAny(givenBack, Task.Delay(GivingBackTime, _services.Time, bound.Token));
            }
            await _transport.CloseAsync(reason, bound.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            ConnectionLog.FarewellCutShort(_services.Logger, SessionId);
        }
        finally
        {
            _services.Clock.Remove(this);
            // A replay or delivery that waits for room is let go, and what the broker handed over goes back to it, if not done yet.
            _outbound.Complete();
            _transport.Abort();
            await writing;
            await givenBack;
            if (_broker is not null) await _broker.DisposeAsync();
            await _transport.Input.CompleteAsync();
            ConnectionLog.Ended(_services.Logger, SessionId, reason.Name);
        }
    }
}
