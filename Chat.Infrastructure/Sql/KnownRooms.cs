using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// What a lane knows of the rooms that it wrote last, so that it need not read them again. A room's head counts every durable change in it: members who came,
/// left or were changed, settings, messages. So as long as the head is the one that the lane left, all that posting is judged by is as it was; the write says which head it
/// goes by, and comes to nothing when there is another.
/// </summary>
/// <remarks>
/// Where other nodes write as well, a room is gone by only once it was found twice as it was left: one that they write, too, is read each time, and costs no write in vain.
/// Read positions move without a number and may be behind; nothing is judged by them. Owned by one lane's thread.
/// </remarks>
/// <param name="isAlone">Whether no other process writes.</param>
internal sealed class KnownRooms(bool isAlone)
{
    /// <summary>Rooms and memberships of a lane; beyond this it forgets and begins anew.</summary>
    private const int Most = 20_000;

    private readonly Dictionary<RoomId, Known> _rooms = [];
    private int _count;

    /// <summary>Whether these can be judged by what is remembered: rooms and senders are known, and nothing about them is in doubt.</summary>
    public bool Cover(IReadOnlyList<MessageDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            if (!_rooms.TryGetValue(draft.RoomId, out var known) || !known.IsSteady || !known.Members.ContainsKey(draft.Sender.Id)) return false;
        }
        return true;
    }

    public Room RoomOf(RoomId id) => _rooms[id].Room;

    public Membership MembershipOf(RoomId room, UserId user) => _rooms[room].Members[user];

    /// <summary>Notes a room as it was read under its lock, and as the transaction left it.</summary>
    public void Learn(Room read, Room left, IEnumerable<Membership> memberships)
    {
        if (_count > Most) Clear();
        if (!_rooms.TryGetValue(read.Id, out var known) || known.Room.HeadSeq != read.HeadSeq || known.Room.Epoch != read.Epoch)
        {
            Forget(read.Id);
            _rooms[read.Id] = known = new Known(left) { IsSteady = isAlone };
            _count++;
        }
        else
        {
            known.IsSteady = true;
        }
        known.Room = left;
        foreach (var membership in memberships)
        {
            if (!known.Members.ContainsKey(membership.UserId)) _count++;
            known.Members[membership.UserId] = membership;
        }
    }

    /// <summary>Notes how a transaction that went by what was known left a room.</summary>
    public void Move(Room left) => _rooms[left.Id].Room = left;

    /// <summary>The same of a sender.</summary>
    public void Move(Membership left) => _rooms[left.RoomId].Members[left.UserId] = left;

    public void Forget(RoomId room)
    {
        if (_rooms.Remove(room, out var known)) _count -= 1 + known.Members.Count;
    }

    public void Clear()
    {
        _rooms.Clear();
        _count = 0;
    }

    private sealed class Known(Room room)
    {
        public Room Room { get; set; } = room;

        public bool IsSteady { get; set; }

        public Dictionary<UserId, Membership> Members { get; } = [];
    }
}
