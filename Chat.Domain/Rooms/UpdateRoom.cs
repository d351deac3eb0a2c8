using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Changes a room's settings. What that needs depends on which of them would be other than before.</summary>
public sealed class UpdateRoom(IRoomSettingsStore settings, IRoomStore rooms)
{
    /// <param name="caller">Who wants it.</param>
    /// <param name="room">Of which room.</param>
    /// <param name="change">Makes the wanted settings of the present ones; a pure function.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<RoomListing>> ExecuteAsync(
        Caller caller, RoomId room, Func<RoomSettings, RoomSettings> change, CancellationToken cancellationToken)
    {
        var changed = await settings.ChangeAsync(room, caller.Id, facts => Decide(facts, change), cancellationToken);
        if (!changed.TryGet(out var listing, out var refusal)) return refusal;
        // Who was removed in between has changed the room all the same.
        return await rooms.FindListingAsync(room, caller.Id, cancellationToken) ?? listing;
    }

    internal static Outcome<RoomSettings> Decide(RoomFacts facts, Func<RoomSettings, RoomSettings> change)
    {
        var (room, present) = (facts.Room, facts.Room.Settings);
        var wanted = change(present);
        foreach (var act in ActsOf(present, wanted))
        {
            if (RoomRights.Check(act, room, facts.Actor) is { } refusal) return refusal;
        }
        if ((room.Kind is RoomKind.Direct ? wanted.CheckWindows() : wanted.Check()) is { } wrong) return wrong;
        // A room that is too full already may be changed otherwise.
        return wanted.MaxMembers < room.MemberCount && wanted.MaxMembers != present.MaxMembers
            ? new Refusal(RefusalCode.Conflict, $"The room has {room.MemberCount} members; maxMembers cannot be {wanted.MaxMembers}.")
            : wanted;
    }

    /// <summary>Which rights the step from one to the other needs. To change nothing needs as much as to change the name, but in a direct room.</summary>
    private static IEnumerable<RoomAct> ActsOf(RoomSettings present, RoomSettings wanted)
    {
        var windows = present with { EditWindow = wanted.EditWindow, DeleteWindow = wanted.DeleteWindow };
        var appearance = windows with
        {
            Name = wanted.Name,
            Description = wanted.Description,
            ImageUrl = wanted.ImageUrl,
            SlowMode = wanted.SlowMode,
            ReadOnly = wanted.ReadOnly,
        };
        if (appearance != wanted) yield return RoomAct.ChangeRules;
        if (windows != present) yield return RoomAct.ChangeWindows;
        if (appearance != windows || windows == present) yield return RoomAct.ChangeAppearance;
    }
}
