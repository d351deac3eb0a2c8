import type { Room, RoomListChange } from '../../api/contract';

/**
 * Applies one body of `/user/queue/rooms`. Null means that the change says something this page does not know: the list
 * has to be loaded again.
 */
export function applyRoomListChange(rooms: readonly Room[], change: RoomListChange): readonly Room[] | null {
  const known = rooms.find((room) => room.id === change.roomId);
  switch (change.change) {
    case 'message':
      return known === undefined ? null : withMessage(rooms, known, change);
    case 'read':
      return rooms.map((room) =>
        room.id === change.roomId ? { ...room, lastReadSeq: change.lastReadSeq, unreadCount: change.unreadCount } : room,
      );
    case 'joined':
      return [change.room, ...without(rooms, change.roomId)];
    case 'updated':
      return rooms.map((room) => (room.id === change.roomId ? ('room' in change ? change.room : withSettings(room, change.event.room)) : room));
    case 'removed':
      return without(rooms, change.roomId);
    default:
      return null;
  }
}

function withMessage(
  rooms: readonly Room[],
  room: Room,
  { event, unreadCount }: Extract<RoomListChange, { change: 'message' }>,
): readonly Room[] | null {
  if (!('message' in event)) return null;
  // The queue repeats nothing, but a list loaded in between may be ahead of it.
  if (event.seq <= room.headSeq) return rooms;
  const changed = { ...room, unreadCount, headSeq: event.seq };
  if (event.event === 'message.created') {
    return [{ ...changed, lastMessage: event.message }, ...without(rooms, room.id)];
  }
  const lastMessage = room.lastMessage?.id === event.message.id ? event.message : room.lastMessage;
  return rooms.map((one) => (one.id === room.id ? { ...changed, lastMessage } : one));
}

/** A direct room's name is the other person's, of which the event knows nothing. */
const withSettings = (room: Room, settings: Room): Room => ({
  ...room,
  ...settings,
  name: room.kind === 'direct' ? room.name : settings.name,
});

const without = (rooms: readonly Room[], roomId: string) => rooms.filter((room) => room.id !== roomId);
