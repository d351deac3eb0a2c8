using Chat.Domain.Sessions;

namespace Stomp.Gateway.Wire;

/// <summary>One of the caller's sessions (docs/protocol.md, Sessions).</summary>
internal sealed record SessionJson(
    string Id, string NodeId, string? Address, string? Client, string Transport, string Version, DateTimeOffset ConnectedAt, string State)
{
    public static SessionJson Of(Session session) => new(
        session.Id, session.NodeId.Value, session.Address, session.Client, session.Transport, session.Version, session.ConnectedAt, WireNames.Of(session.State));
}
