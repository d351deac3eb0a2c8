using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Closes a room for good: it can be read, and that is all. Closing a closed room changes nothing.</summary>
public sealed class CloseRoom(IRoomSettingsStore settings)
{
    public async ValueTask<Refusal?> ExecuteAsync(Caller caller, RoomId room, CancellationToken cancellationToken) =>
        (await settings.CloseAsync(room, caller.Id, Admit, cancellationToken)).Refusal;

    internal static Refusal? Admit(RoomFacts facts) => RoomRights.Check(RoomAct.Close, facts.Room with { ClosedAt = null }, facts.Actor);
}
