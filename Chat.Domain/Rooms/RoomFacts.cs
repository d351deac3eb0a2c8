namespace Chat.Domain.Rooms;

/// <summary>What a decision about a room is made on, read under its lock.</summary>
/// <param name="Room">The room.</param>
/// <param name="Actor">What ties to it who wants something; null when nothing does.</param>
/// <param name="Other">The same of whom it is about; null also when it is about nobody.</param>
/// <param name="Now">The time of the transaction.</param>
public sealed record RoomFacts(Room Room, Membership? Actor, Membership? Other, DateTimeOffset Now);
