using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>What a frontend calls a destination that it subscribes to.</summary>
/// <param name="Pattern">Its name.</param>
/// <param name="To">What it stands for.</param>
/// <param name="View">How the room is shown, where it is one.</param>
internal sealed record SubscribeAlias(AliasPattern Pattern, AliasTarget To, RoomView View);

/// <summary>How an alias shows a room.</summary>
/// <param name="Shape">The form of its events; null for their own.</param>
/// <param name="Joins">Whether who subscribes becomes a member by that.</param>
/// <param name="MakesRoom">Whether the room is made for its first visitor.</param>
internal sealed record RoomView(IEventShape? Shape, bool Joins, bool MakesRoom);
