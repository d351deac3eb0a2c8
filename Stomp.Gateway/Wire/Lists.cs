using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Chat.Domain;
using Chat.Domain.Drafts;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;

namespace Stomp.Gateway.Wire;

/// <summary>Pages of lists, and the cursors between them. A cursor means nothing to a client; it is where the page ended, in base64url.</summary>
internal static class Lists
{
    public static ListJson<RoomJson> OfRooms(IReadOnlyList<RoomListing> page, int limit) => Page(
        page, limit, RoomJson.Of, last => $"{last.Room.LastActivityAt.ToUnixTimeMilliseconds()} {last.Room.Id}");

    public static ListJson<PublicRoomJson> OfPublicRooms(IReadOnlyList<Room> page, int limit) => Page(
        page, limit, PublicRoomJson.Of, last => $"{last.Id} {last.Settings.Name}");

    public static ListJson<MemberJson> OfMembers(IReadOnlyList<PresentMember> page, int limit) => Page(
        page, limit, MemberJson.Of, last => last.Member.Profile.Id.Value);

    public static ListJson<BanJson> OfBans(IReadOnlyList<Ban> page, int limit) => Page(page, limit, BanJson.Of, last => last.Profile.Id.Value);

    public static ListJson<JoinRequestJson> OfRequests(IReadOnlyList<JoinRequest> page, int limit) => Page(page, limit, JoinRequestJson.Of, last => last.Profile.Id.Value);

    public static ListJson<BlockJson> OfBlocks(IReadOnlyList<Block> page, int limit) => Page(page, limit, BlockJson.Of, last => last.Profile.Id.Value);

    public static ListJson<InviteJson> OfInvites(IReadOnlyList<Invite> page, int limit) => Page(page, limit, InviteJson.Of, last => last.Code);

    /// <summary>A room's webhooks: never more than one page.</summary>
    public static ListJson<WebhookJson> OfWebhooks(IReadOnlyList<Webhook> webhooks) => new([.. webhooks.Select(WebhookJson.Of)], Next: null);

    public static ListJson<DraftJson> OfDrafts(IReadOnlyList<Draft> page, int limit) => Page(
        page, limit, DraftJson.Of, last => $"{last.UpdatedAt.ToUnixTimeMilliseconds()} {last.RoomId}");

    public static bool TryReadDraftCursor(string? cursor, out DraftCursor? position)
    {
        var isGood = TryReadRoomCursor(cursor, out var end);
        position = end is { } at ? new DraftCursor(at.LastActivityAt, at.RoomId) : null;
        return isGood;
    }

    public static ListJson<ScheduledMessageJson> OfScheduled(IReadOnlyList<ScheduledMessage> page, int limit) => Page(
        page, limit, ScheduledMessageJson.Of, last => $"{last.DueAt.ToUnixTimeMilliseconds()} {last.Id}");

    public static bool TryReadScheduleCursor(string? cursor, out ScheduleCursor? position)
    {
        position = null;
        if (cursor is null) return true;
        if (Decode(cursor)?.Split(' ') is not [var time, var text] || !TryReadTime(time, out var due) || !ScheduledMessageId.TryParse(text, out var id)) return false;
        position = new ScheduleCursor(due, id);
        return true;
    }

    /// <summary>A page of history; the next one is asked for by <c>before</c> or <c>after</c>, whose value the cursor is.</summary>
    public static ListJson<MessageJson> OfMessages(IReadOnlyList<Message> page, int limit, bool newest)
    {
        var next = page.Count < limit ? (long?)null : newest ? page[0].Seq : page[^1].Seq;
        return new ListJson<MessageJson>([.. page.Select(MessageJson.Of)], next?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What is pinned in a room: never more than one page.</summary>
    public static ListJson<MessageJson> OfPins(IReadOnlyList<Message> pins) => new([.. pins.Select(MessageJson.Of)], Next: null);

    /// <summary>What a message said before; the cursor is the number of the last edit on the page.</summary>
    public static ListJson<FormerTextJson> OfEdits(IReadOnlyList<FormerText> page, int limit) => Page(
        page, limit, FormerTextJson.Of, last => last.Rev.ToString(CultureInfo.InvariantCulture));

    public static bool TryReadEditCursor(string? cursor, out long after)
    {
        after = 0;
        return cursor is null || long.TryParse(Decode(cursor), NumberStyles.None, CultureInfo.InvariantCulture, out after);
    }

    /// <summary>A page of a search, which may end before it is full.</summary>
    public static ListJson<MessageJson> OfFound(FoundMessages page) => new(
        [.. page.Messages.Select(MessageJson.Of)],
        page.Next is { } next ? Encode($"{next.CreatedAt.ToUnixTimeMilliseconds()} {next.RoomId} {next.Seq}") : null);

    public static bool TryReadMessageCursor(string? cursor, out MessagePosition? position)
    {
        position = null;
        if (cursor is null) return true;
        if (Decode(cursor)?.Split(' ') is not [var time, var id, var number]
            || !TryReadTime(time, out var at)
            || !RoomId.TryParse(id, out var room)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return false;
        position = new MessagePosition(at, room, seq);
        return true;
    }

    public static bool TryReadRoomCursor(string? cursor, out RoomCursor? position)
    {
        position = null;
        if (cursor is null) return true;
        if (Decode(cursor)?.Split(' ') is not [var time, var id]
            || !TryReadTime(time, out var at)
            || !RoomId.TryParse(id, out var room)) return false;
        position = new RoomCursor(at, room);
        return true;
    }

    public static bool TryReadPublicRoomCursor(string? cursor, out PublicRoomCursor? position)
    {
        position = null;
        if (cursor is null) return true;
        if (Decode(cursor)?.Split(' ', 2) is not [var id, var name] || !RoomId.TryParse(id, out var room) || !OpaqueText.IsStorable(name)) return false;
        position = new PublicRoomCursor(name, room);
        return true;
    }

    public static bool TryReadUserCursor(string? cursor, out UserId? position)
    {
        var good = UserId.TryParse(Decode(cursor), out var id);
        position = good ? id : null;
        return good || cursor is null;
    }

    public static bool TryReadInviteCursor(string? cursor, out string? position)
    {
        position = Decode(cursor);
        return cursor is null || Invite.IsCode(position);
    }

    private static ListJson<TJson> Page<T, TJson>(IReadOnlyList<T> page, int limit, Func<T, TJson> form, Func<T, string> end) =>
        new([.. page.Select(form)], page.Count < limit ? null : Encode(end(page[^1])));

    private static bool TryReadTime(string text, out DateTimeOffset time)
    {
        var isGood = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        time = isGood ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return isGood;
    }

    private static string Encode(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position));

    private static string? Decode(string? cursor)
    {
        if (cursor is null or { Length: > 512 } || !Base64Url.IsValid(cursor)) return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
    }
}
