using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Sessions;

/// <summary>A user ends own sessions, on whatever node they are, within two seconds. Their tokens stay good.</summary>
public sealed class EndSessions(ISessionStore sessions, Revocations revocations, IEventBus bus)
{
    private static readonly Refusal NoSuchSession = Refusal.NotFound("You have no such session.");

    public async ValueTask<Refusal?> EndOneAsync(Caller caller, string sessionId, CancellationToken cancellationToken)
    {
        var mine = await sessions.ListAsync(caller.Id, cancellationToken);
        if (mine.All(session => session.Id != sessionId)) return NoSuchSession;
        await EndAsync([sessionId], cancellationToken);
        return null;
    }

    /// <param name="caller">Whose.</param>
    /// <param name="except">The one that goes on; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask EndAllAsync(Caller caller, string? except, CancellationToken cancellationToken)
    {
        var mine = await sessions.ListAsync(caller.Id, cancellationToken);
        await EndAsync([.. mine.Select(session => session.Id).Where(id => id != except)], cancellationToken);
    }

    private async ValueTask EndAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids) await revocations.AddAsync(RevocationKind.Session, id, issuedBefore: null, Revocation.SessionsKeptFor, cancellationToken);
        if (ids.Count > 0) bus.Signal(new RevokedSignal());
    }
}
