import type { Member, Room } from '../../api/contract';
import { texts } from '../../texts';

/** What a room is called for me: its name, or for a nameless one whom it is with, as far as that is known here. */
export function roomName(room: Room, userId: string, members: readonly Member[] = []): string {
  if (room.name) return room.name;
  const names = members.filter((member) => member.userId !== userId).map((member) => member.name);
  if (names.length > 0) return names.join(', ');
  const sender = room.lastMessage?.sender;
  if (room.kind === 'direct' && sender !== undefined && sender.id !== userId) return sender.name;
  return room.kind === 'direct' ? texts.directRoom : texts.groupRoom;
}
