import { expect, test } from 'vitest';
import type { DurableEvent, RoomEvent, RoomListChange } from '../../api/contract';
import { scriptedMessage, scriptedRoom } from '../../testing/ScriptedRoom';
import { inviteText, readInvite } from './invite';
import { applyRoomListChange } from './roomList';

const rooms = [scriptedRoom('a', 5), scriptedRoom('b', 5)];
const event = (seq: number): DurableEvent => ({
  event: 'message.created',
  roomId: 'b',
  seq,
  at: '',
  message: scriptedMessage('b', seq, 'bob', 'hello', 'x'),
});
const ids = (list: ReturnType<typeof applyRoomListChange>) => list?.map((room) => room.id);

test('A room with a new message comes first, with its text and its unread count', () => {
  const list = applyRoomListChange(rooms, { change: 'message', roomId: 'b', unreadCount: 2, event: event(6) });
  expect(ids(list)).toEqual(['b', 'a']);
  expect(list?.[0]).toMatchObject({ unreadCount: 2, headSeq: 6, lastMessage: { text: 'hello' } });
});

test('A newest message that is edited or deleted is shown so, and the room keeps its place', () => {
  const newest = scriptedMessage('b', 5, 'bob', 'hello', 'x');
  const list = [...rooms.slice(0, 1), { ...scriptedRoom('b', 5), lastMessage: newest }];
  const change: DurableEvent = { event: 'message.deleted', roomId: 'b', seq: 6, at: '', message: { ...newest, rev: 6, text: null, deletedAt: 'now' } };
  const after = applyRoomListChange(list, { change: 'message', roomId: 'b', unreadCount: 1, event: change });
  expect(ids(after)).toEqual(['a', 'b']);
  expect(after?.[1]).toMatchObject({ headSeq: 6, unreadCount: 1, lastMessage: { text: null, deletedAt: 'now' } });
});

test('A message that the list already knows changes nothing', () => {
  expect(applyRoomListChange(rooms, { change: 'message', roomId: 'b', unreadCount: 9, event: event(5) })).toBe(rooms);
});

test('Reading takes the unread count away', () => {
  const list = applyRoomListChange([{ ...scriptedRoom('a'), unreadCount: 3 }], { change: 'read', roomId: 'a', lastReadSeq: 5, unreadCount: 0 });
  expect(list?.[0]).toMatchObject({ unreadCount: 0, lastReadSeq: 5 });
});

test('Rooms come and go', () => {
  expect(ids(applyRoomListChange(rooms, { change: 'joined', roomId: 'c', room: scriptedRoom('c') }))).toEqual(['c', 'a', 'b']);
  expect(ids(applyRoomListChange(rooms, { change: 'removed', roomId: 'a' }))).toEqual(['b']);
});

test('New settings are taken over, and a direct room keeps the name of the other person', () => {
  const updated: RoomEvent = { event: 'room.updated', roomId: 'a', seq: 6, at: '', room: { ...scriptedRoom('a'), name: null, description: 'new' } };
  const group = applyRoomListChange(rooms, { change: 'updated', roomId: 'a', event: updated });
  expect(group?.[0]).toMatchObject({ name: null, description: 'new' });
  const direct = applyRoomListChange([{ ...scriptedRoom('a'), kind: 'direct', name: 'Bob' }], { change: 'updated', roomId: 'a', event: updated });
  expect(direct?.[0]).toMatchObject({ name: 'Bob', description: 'new' });
});

test('A change that this page does not know asks for the list again', () => {
  expect(applyRoomListChange(rooms, { change: 'favourite', roomId: 'a' } as unknown as RoomListChange)).toBeNull();
});

test('An invite is read from what it is written as, and from a link', () => {
  const invite = { roomId: '01J-a_b', code: 'x y?' };
  expect(readInvite(inviteText(invite))).toEqual(invite);
  expect(readInvite(`https://chat.example/#/join/${inviteText(invite)}`)).toEqual(invite);
  expect(readInvite('nonsense')).toBeNull();
});
