using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>What can be replied to.</summary>
public static class ReplyRules
{
    private static readonly Refusal NoSuchRoot = Refusal.NotFound("There is no such message to reply to, or it was deleted.");

    /// <summary>Why a reply to this message is refused, on facts read under the room's lock; null when it is not.</summary>
    /// <param name="room">Where the reply goes.</param>
    /// <param name="sender">What ties its sender to the room.</param>
    /// <param name="root">The message of the id that was given, of whatever room; null when there is none.</param>
    public static Refusal? Check(Room room, Membership? sender, Message? root)
    {
        if (root is null || root.RoomId != room.Id || root.IsGone || !IsVisible(room, sender, root)) return NoSuchRoot;
        return root.ThreadRootId is null ? null : Refusal.Invalid("threadRootId names a reply; a thread begins with a message that is none.");
    }

    private static bool IsVisible(Room room, Membership? sender, Message root) =>
        sender is not null && room.VisibleTo(sender) is { } span && root.Seq >= span.First && root.Seq <= span.Last;
}
