using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

// What others may know of the session, and whether its user is there.
internal sealed partial class StompConnection
{
    private DateTimeOffset _connectedAt;
    private long _lastFrame = Environment.TickCount64;
    private volatile bool _isIdle;
    private volatile bool _saidAway;

    /// <summary>What it was let in by.</summary>
    public VerifiedToken Token => Client.Token;

    public void SayAway(bool isAway)
    {
        _saidAway = isAway;
        _services.Sessions.Note(this);
    }

    /// <summary>Looks whether the user has done nothing for a while.</summary>
    public void WatchIdleness(TimeSpan awayAfter)
    {
        if (_isIdle || Environment.TickCount64 - Volatile.Read(ref _lastFrame) < awayAfter.TotalMilliseconds) return;
        _isIdle = true;
        _services.Sessions.Note(this);
    }

    /// <summary>The session as it is now.</summary>
    public Session Describe() => new(SessionId, UserId, _services.Node, _connectedAt)
    {
        State = _saidAway || _isIdle ? PresenceState.Away : PresenceState.Online,
        Address = _origin.RemoteAddress?.ToString(),
        Client = _origin.UserAgent is { Length: > Session.MaxClientLength } agent ? agent[..Session.MaxClientLength] : _origin.UserAgent,
        Transport = _transport.Name,
        Version = Version.Text(),
    };

    /// <summary>Its token was taken back.</summary>
    public void Revoke() => Fail(SessionViolations.TokenRevoked, receipt: null, CloseReason.TokenRevoked);

    /// <summary>
    /// Ends the session when its token was taken back since it was verified. Called behind the place where the <see cref="RevocationWatch"/> finds the token: what
    /// is revoked from then on, that sees; what was before, is seen here. A service account has no token, and its passcode goes on to be good.
    /// </summary>
    private bool EndIfRevoked()
    {
        var token = Token;
        if (token.IsOfAccount || !_services.Revocations.IsRevoked(UserId, token.TokenId, token.IssuedAt)) return false;
        Revoke();
        return true;
    }

    /// <summary>Its user ended it from elsewhere.</summary>
    public void EndByUser() => Fail(SessionViolations.SessionEnded, receipt: null, CloseReason.SessionEnded);

    /// <summary>Every frame counts but heart-beats, which are none.</summary>
    private void NoteActivity()
    {
        Volatile.Write(ref _lastFrame, Environment.TickCount64);
        if (!_isIdle) return;
        _isIdle = false;
        if (_client is not null) _services.Sessions.Note(this);
    }
}
